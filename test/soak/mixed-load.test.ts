import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AuthClient } from '../../local/auth-client.ts';
import { ADA, GRACE, LINUS, type Person } from '../../local/people.ts';
import { freePorts } from '../../local/processes.ts';
import { Counts } from '../support/counts.ts';
import { newPerson } from '../support/network/crowd.ts';
import { percentile } from '../support/network/latency.ts';
import { rawRequest } from '../support/network/raw-http.ts';
import { openDescriptors } from '../support/network/sockets.ts';
import { residentMegabytesNow } from '../support/process/memory.ts';
import { sized } from '../support/soak.ts';
import { signOut } from '../support/teams/actions.ts';
import { tell } from '../support/teams/chat.ts';
import { openSettings } from '../support/teams/settings-page.ts';
import { type ConnectionId, eventually, startWorld, type World } from '../support/world/world.ts';

/* SOAK_MINUTES is the duration of the full size; default ten minutes. */
const LOAD_MS = sized(10_000, Number(process.env.SOAK_MINUTES ?? 10) * 60_000);
const WARM_UP_MS = sized(3_000, 30_000);
const SAMPLE_MS = sized(200, 1_000);
/** Seconds. The bot refreshes a token in its last 60, so each token is refreshed every few seconds. */
const ACCESS_TOKEN_TTL = '65';
const WORDS = ['lakers', 'celtics', 'germany', 'brazil', 'norway', 'warriors'];
/** Between two actions of a user. Milliseconds. */
const THINKING_MS = 30;
/** How far the median of the end may exceed that of the beginning. */
const MAX_GROWTH = { megabytes: 32, descriptors: 12 };
/** The event loop's delay depends on the load of the machine. It may grow by this factor and this amount. */
const MAX_DELAY = { times: 4, moreMs: 100 };

interface Sample {
  megabytes: number;
  descriptors: number;
  /** Of the event loop since the previous sample. Milliseconds. */
  delay: number;
}

let world: World;
let metricsUrl: string;

beforeAll(async () => {
  const [port] = await freePorts(1);
  metricsUrl = `http://localhost:${port}/metrics`;
  world = await startWorld({
    // Small generations, so that uncollected garbage does not look like growth.
    botEnv: { METRICS_PORT: String(port), NODE_OPTIONS: '--max-semi-space-size=2 --max-old-space-size=128' },
    identityProviderEnv: { ACCESS_TOKEN_TTL },
  });
});
afterAll(() => world?.stop());

test(
  'T3, T44, T77: under mixed load with garbage, memory, descriptors and the event loop’s delay stay stable',
  async () => {
    const counts = new Counts();
    const samples: Sample[] = [];
    let over = false;
    const repeat = async (work: (round: number) => Promise<string>) => {
      for (let round = 0; !over; round++) {
        counts.add(await work(round));
        await wait(THINKING_MS);
      }
    };
    for (const person of [ADA, GRACE, LINUS]) await world.signIn(person);
    const actors = [
      ...[ADA, GRACE, LINUS].map((person) => repeat((round) => searchSignedIn(person, round))),
      repeat(comeAndGo),
      repeat(searchSignedOut),
      repeat(settingsAndChat),
      repeat(garbage),
    ];
    const sampling = (async () => {
      await wait(WARM_UP_MS);
      await sample();
      const end = Date.now() + LOAD_MS;
      while (Date.now() < end) {
        await wait(SAMPLE_MS);
        samples.push(await sample());
      }
      over = true;
    })();
    await Promise.all([...actors, sampling]).finally(() => {
      over = true;
    });

    const third = Math.floor(samples.length / 3);
    const first = medians(samples.slice(0, third));
    const last = medians(samples.slice(-third));
    process.stdout.write(
      `soak: ${(LOAD_MS / 60_000).toFixed(1)} minutes of mixed load, medians of the first and of the last third: ${show(first)}; ${show(last)}\n${counts}\n`,
    );
    expect(last.megabytes).toBeLessThan(first.megabytes + MAX_GROWTH.megabytes);
    expect(last.descriptors).toBeLessThanOrEqual(first.descriptors + MAX_GROWTH.descriptors);
    expect(last.delay).toBeLessThan(first.delay * MAX_DELAY.times + MAX_DELAY.moreMs);
    await eventually(descriptors, (open) => open <= first.descriptors + MAX_GROWTH.descriptors);
    // Otherwise the run proved nothing.
    const kinds = ['search: result', 'signed in and out', 'prompt', 'settings', 'chat', 'garbage: 401'];
    expect(kinds.filter((kind) => counts.of(kind) === 0)).toEqual([]);
    expect(refreshes()).toBeGreaterThan(0);
  },
  LOAD_MS + WARM_UP_MS + 120_000,
);

/** @returns the outcome. A busy machine may be too late for an answer; signing people out is never right */
async function searchSignedIn(person: Person, round: number): Promise<string> {
  const { type } = await world.search(person, { text: WORDS[round % WORDS.length] ?? '', count: 5 + (round % 20) });
  if (type !== 'result' && type !== 'message') throw new Error(`The search of a signed-in user returned ${type}`);
  return `search: ${type}`;
}

async function searchSignedOut(): Promise<string> {
  const { type } = await world.search(newPerson(), { text: 'lakers' });
  if (type !== 'auth') throw new Error(`The search of a stranger returned ${type}`);
  return 'prompt';
}

async function comeAndGo(): Promise<string> {
  const person = newPerson();
  const connection: ConnectionId = 'handbook';
  await world.signIn(person, { connection, as: GRACE });
  for (const text of WORDS) await world.search(person, { connection, text });
  const message = await signOut(world.connector, world.botUrl, person);
  if (!message.startsWith('You are signed out of')) throw new Error(`The sign-out returned: ${message}`);
  return 'signed in and out';
}

async function settingsAndChat(round: number): Promise<string> {
  if (round % 2 === 0) {
    await tell(world, ADA, WORDS[round % WORDS.length] ?? '');
    return 'chat';
  }
  await openSettings(world, GRACE);
  return 'settings';
}

const GARBAGE: readonly (() => Promise<number | undefined>)[] = [
  async () => (await world.connector.post(world.botUrl, {}, { token: null })).status,
  async () => (await world.connector.post(world.botUrl, {}, { token: randomBytes(600).toString('base64url') })).status,
  async () => (await world.connector.post(world.botUrl, {}, { body: '{"type":"invoke","value":[[[' })).status,
  async () => (await world.connector.post(world.botUrl, {}, { body: randomBytes(300_000) })).status,
  async () => (await world.connector.post(world.botUrl, { type: randomBytes(20).toString('hex') })).status,
  async () => (await rawRequest(world.botUrl, { target: `/${randomBytes(20).toString('hex')}` })).status,
  async () => (await rawRequest(world.botUrl, { method: 'PUT', target: '/api/messages', body: 'x' })).status,
  async () => (await new AuthClient(world.botUrl).post('start', { ticket: randomBytes(99).toString('base64') })).status,
  async () => {
    const body = { connection: 'wiki', code: 'x', state: randomBytes(32).toString('base64url') };
    return (await new AuthClient(world.botUrl).post('complete', body)).status;
  },
  () => hangUpAfter(randomBytes(200)),
  () => hangUpAfter('GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
  () => hangUpAfter('POST /api/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 999\r\n\r\n{'),
];

async function garbage(round: number): Promise<string> {
  const status = await GARBAGE[round % GARBAGE.length]?.();
  if (status !== undefined && status >= 500) throw new Error(`A garbage request returned ${status}`);
  return `garbage: ${status ?? 'hung up'}`;
}

/** Sends a request and disconnects. */
function hangUpAfter(bytes: Buffer | string): Promise<undefined> {
  const { hostname, port } = new URL(world.botUrl);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(bytes, () => socket.destroy()));
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(undefined));
  });
}

async function sample(): Promise<Sample> {
  const text = await (await fetch(metricsUrl)).text();
  const seconds = Number(/^nodejs_eventloop_lag_p50_seconds (.+)$/m.exec(text)?.[1]);
  return {
    megabytes: residentMegabytesNow(Number(world.bot.child.pid)),
    descriptors: descriptors(),
    delay: seconds * 1_000,
  };
}

/** 0 if the system does not report them. */
function descriptors(): number {
  return openDescriptors(Number(world.bot.child.pid)) ?? 0;
}

function refreshes(): number {
  return world.bot.output().split('"event":"credential.refreshed"').length - 1;
}

function medians(samples: readonly Sample[]): Sample {
  const of = (key: keyof Sample) =>
    percentile(
      samples.map((each) => each[key]),
      50,
    );
  return { megabytes: of('megabytes'), descriptors: of('descriptors'), delay: of('delay') };
}

function show({ megabytes, descriptors: open, delay }: Sample): string {
  return `${megabytes.toFixed(0)} MB, ${open} descriptors, ${delay.toFixed(1)} ms`;
}
