import { randomBytes, randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ADA, BOT_ID } from '../../../local/people.ts';
import { repeat } from '../../support/network/crowd.ts';
import { rawRequest } from '../../support/network/raw-http.ts';
import { logLines } from '../../support/process/log.ts';
import { residentMegabytes } from '../../support/process/memory.ts';
import { sized } from '../../support/soak.ts';
import { logMark } from '../../support/world/evidence.ts';
import { failuresOf, outcomeOf, sideEffects } from '../../support/world/outcomes.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const TOKENS = sized(8_000, 50_000);
const SOCKETS = 8;
/** Makes a token almost as long as the bot allows, so that a copy that stays in memory is noticed. */
const PADDING = 'x'.repeat(4_700);
/** The log's reasons for the refusals: none is refused for its length alone. */
const REASONS = [
  'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
  'alg is not RS256',
  'the token brings a key of its own',
  'unknown key',
];
/** The bot's peak may grow by this, in megabytes: well below the size of the tokens in the small run. */
const GROWTH = 25;
/** Milliseconds between two requests for the Connector's keys. */
const COOLDOWN = 10_000;

let world: World;
beforeAll(async () => {
  // Small generations, so that uncollected garbage does not look like growth.
  world = await startWorld({ botEnv: { NODE_OPTIONS: '--max-semi-space-size=1 --max-old-space-size=64' } });
});
afterAll(() => world?.stop());

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A unique token: each member that could be a cache key is new. */
function forged(header: Record<string, unknown>, claims: Record<string, unknown>): string {
  const seconds = Math.floor(Date.now() / 1000);
  const honest = { iss: 'https://api.botframework.com', aud: BOT_ID, serviceurl: world.connector.serviceUrl };
  const payload = { ...honest, nbf: seconds, exp: seconds + 3600, jti: randomUUID(), ...claims };
  const text = { alg: 'RS256', typ: 'JWT', ...header };
  const signature = randomBytes(256).toString('base64url');
  return `${encode(text)}.${encode({ ...payload, padding: PADDING })}.${signature}`;
}

const forgers: (() => string)[] = [
  () => forged({ kid: randomUUID() }, {}),
  () => forged({ kid: world.connector.keys.current.kid }, {}),
  () => forged({ kid: world.connector.keys.current.kid }, { iss: `https://${randomUUID()}.example/` }),
  () => forged({ kid: randomUUID() }, { iss: `https://sts.windows.net/${randomUUID()}/`, tid: randomUUID() }),
  () => forged({ kid: world.connector.keys.current.kid }, { aud: randomUUID(), appid: randomUUID() }),
  () => forged({ kid: world.connector.keys.current.kid }, { serviceurl: `https://${randomUUID()}.example/` }),
  () => forged({ kid: randomUUID(), alg: 'HS256' }, {}),
  () => forged({ kid: randomUUID(), jku: `https://${randomUUID()}.example/keys` }, {}),
];

async function flood(count: number): Promise<Set<string>> {
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS });
  const activity = JSON.stringify(world.connector.queryActivity(ADA, { commandId: 'insertWiki', text: 'lakers' }));
  const statuses = await repeat(count, SOCKETS, async (at) => {
    const token = forgers[at % forgers.length]?.();
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const request = { method: 'POST', target: '/api/messages', headers, body: activity, agent };
    return outcomeOf(await rawRequest(world.botUrl, request));
  });
  agent.destroy();
  return new Set(statuses);
}

beforeEach(() => flood(1_500));

test(
  `T3, T5: ${TOKENS} different forged tokens: all refused, none stored, no side effect, and few requests for the keys`,
  async () => {
    const before = {
      log: await logMark(world),
      effects: await sideEffects(world),
      fetches: { ...world.connector.endpoints.fetches },
    };
    const memory = residentMegabytes(Number(world.bot.child.pid));
    const started = Date.now();
    expect([...(await flood(TOKENS))]).toEqual(['403 connector.refused']);
    expect(residentMegabytes(Number(world.bot.child.pid)) - memory).toBeLessThan(GROWTH);
    const most = 1 + Math.ceil((Date.now() - started) / COOLDOWN);
    expect(world.connector.endpoints.fetches.keys - before.fetches.keys).toBeLessThanOrEqual(most);
    expect(await sideEffects(world)).toEqual(before.effects);
    expect(await failuresOf(world)).toEqual([]);
    const reasons = logLines(world.bot.output().slice(before.log)).map(({ reason }) => reason);
    expect([...new Set(reasons)].sort()).toEqual([...REASONS, 'no token'].sort());
    expect((await world.search(ADA)).type).toBe('auth');
  },
  sized(120_000, 400_000),
);
