import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuthClient, completionBody } from '../../../local/auth-client.ts';
import { signInByPages } from '../../../local/identity-provider/user-agent/sign-in.ts';
import { PASSWORD, type Person } from '../../../local/people.ts';
import { freePorts } from '../../../local/processes.ts';
import { entryAt } from '../presets/entry.ts';
import { STAND_INS, usernameAt } from '../presets/stand-ins.ts';
import { type RunningStandIn, startStandIn } from '../presets/start.ts';
import { type SearchResponse, startWorld, ticketOf, type World } from './world.ts';

/** One bot with a connection for each preset, and a stand-in for each. The id and the command of a connection are the name
 * of the preset. */
export interface PresetWorld {
  world: World;
  /** By the name of the preset. */
  standIns: ReadonlyMap<string, RunningStandIn>;
  /** From the prompt to the security code, by the service's own pages. */
  securityCode(person: Person, preset: string, prompt: SearchResponse): Promise<SecurityCode>;
  stop(): Promise<void>;
}

interface SecurityCode {
  /** The code, as in the next query. */
  state: string;
  /** Whether the bot's page asked if the account is the person's. */
  isConfirmed: boolean;
}

export async function startPresetWorld(): Promise<PresetWorld> {
  const [bot = 0, identityProvider = 0, wiki = 0] = await freePorts(3);
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-presets-'));
  const started = await Promise.all(
    Object.keys(STAND_INS).map(
      async (name) => [name, await startStandIn(name, [`http://localhost:${bot}/auth/callback/${name}`])] as const,
    ),
  );
  const connectionsFile = join(folder, 'connections.json');
  const connections = started.map(([name, { url }]) => entryAt(name, url, '${WIKI_CLIENT_SECRET}'));
  writeFileSync(connectionsFile, JSON.stringify({ connections }));
  const close = async () => {
    await Promise.all(started.map(([, standIn]) => standIn.close()));
    rmSync(folder, { recursive: true, force: true });
  };
  const world = await startWorld({
    ports: { bot, identityProvider, wiki },
    botEnv: { CONNECTIONS_FILE: connectionsFile },
  }).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return {
    world,
    standIns: new Map(started),
    securityCode: (person, preset, prompt) => signInFor(world, person, preset, ticketOf(prompt)),
    stop: async () => {
      await world.stop();
      await close();
    },
  };
}

async function signInFor({ botUrl }: World, person: Person, preset: string, ticket: string): Promise<SecurityCode> {
  const page = new AuthClient(botUrl);
  const { body } = await page.post('start', { ticket });
  const { callbackUrl } = await signInByPages({
    authorizationUrl: String(body.authorizationUrl),
    username: usernameAt(preset, person),
    password: PASSWORD,
  });
  const completed = await page.post('complete', completionBody(callbackUrl));
  const { next, confirmation } = completed.body;
  const isConfirmed = next === 'confirm';
  const done = isConfirmed ? await page.post('confirm', { decision: 'connect', confirmation }) : completed;
  if (done.body.next !== 'done') throw new Error(`${preset}: the sign-in ended with ${JSON.stringify(done)}`);
  return { state: String(done.body.securityCode), isConfirmed };
}
