import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuthClient } from '../../../local/auth-client.ts';
import type { Person } from '../../../local/people.ts';
import { freePorts } from '../../../local/processes.ts';
import { entryAt } from '../presets/entry.ts';
import { STAND_INS, usernameAt } from '../presets/stand-ins.ts';
import { type RunningStandIn, startStandIn } from '../presets/start.ts';
import { completeSignIn, untilRedirect } from './sign-in.ts';
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
    close,
  });
  return {
    world,
    standIns: new Map(started),
    async securityCode(person, preset, prompt) {
      const page = new AuthClient(world.botUrl);
      const { body } = await untilRedirect(page, ticketOf(prompt), usernameAt(preset, person));
      const { securityCode: state, isConfirmed } = await completeSignIn(page, body);
      return { state, isConfirmed };
    },
    stop: world.stop,
  };
}
