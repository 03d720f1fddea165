import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtPath } from '../../../local/paths.ts';
import { BOT_ID, TENANTS } from '../../../local/people.ts';
import { BOT_SCRIPT } from '../../../local/stack.ts';
import { patient } from '../patience.ts';
import { runScript } from './command.ts';

export type Settings = Record<string, string | undefined>;

export interface Attempt {
  code: number | null;
  /** Its whole output, both streams. */
  output: string;
  /** The variables that its message names, one on each line, sorted. */
  named: string[];
}

/** A folder with a valid configuration, in which a test breaks one setting after another. */
export interface StartAttempts {
  folder: string;
  good: Record<string, string>;
  /** Writes a connections file; returns its path. */
  connectionsFile(content: unknown): string;
  /** Starts the built bot with the valid settings changed in this way, and waits until it ends. */
  attempt(change: Settings): Promise<Attempt>;
  /** The output of a start with valid settings. It ends when the bot opens its store, which is no database here: so no
   * test has to wait for a bot and stop it. */
  untilStore(change: Settings): Promise<string>;
  /** The result of such a start, in this process: the built bot reads its configuration only. */
  read(change: Settings): Promise<Attempt>;
  close(): void;
}

/** How long a bot that starts after all may run before it is killed; milliseconds. */
const MAX_START_MS = patient(20_000);

/** In place of each secret. */
export const SECRET = 'sentinel-secret-value';
export const WIKI_URL = 'https://wiki.example.com';

/** The connection of the valid configuration, which sets its variables. */
export const CONNECTION = {
  id: 'wiki',
  title: 'Wiki',
  commands: ['insertWiki'],
  signIn: {
    type: 'entra',
    clientId: '3f0b6a0c-8f5e-4b0e-9c7e-0d6d7d0b1a04',
    clientSecret: '${WIKI_CLIENT_SECRET}',
    scopes: ['openid', 'profile'],
  },
  source: { type: 'mediawiki', url: '${WIKI_URL}' },
};

export function startAttempts(): StartAttempts {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-start-'));
  let files = 0;
  const connectionsFile = (content: unknown) => {
    const path = join(folder, `connections-${++files}.json`);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };
  const good = {
    PORT: '0',
    BASE_URL: 'https://latchkey.example.com',
    BOT_ID,
    ALLOWED_TENANTS: TENANTS.contoso,
    STORE_URL: `sqlite:${join(folder, 'latchkey.db')}`,
    ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    CONNECTIONS_FILE: connectionsFile({ connections: [CONNECTION] }),
    WIKI_CLIENT_SECRET: SECRET,
    WIKI_URL,
  };
  const envOf = (change: Settings) =>
    Object.fromEntries(Object.entries({ ...good, ...change }).filter(([, value]) => value !== undefined));
  const attempt = async (change: Settings): Promise<Attempt> => {
    const place = { cwd: folder, env: envOf(change), timeout: MAX_START_MS };
    const { code, stdout, stderr } = await runScript(BOT_SCRIPT, [], place);
    return { code, ...told(stdout + stderr) };
  };
  return {
    folder,
    good,
    connectionsFile,
    attempt,
    async untilStore(change) {
      const { code, output } = await attempt({ ...change, STORE_URL: `sqlite:${good.CONNECTIONS_FILE}` });
      if (code !== 1 || !output.includes('The SQLite store')) throw new Error(`The settings are not valid: ${output}`);
      return output;
    },
    read: (change) => readConfiguration(envOf(change)),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function readConfiguration(env: Settings): Promise<Attempt> {
  const { loadConfig } = (await import(builtPath('bot/connection.js'))) as { loadConfig(env: Settings): unknown };
  try {
    loadConfig(env);
    return { code: null, ...told('') };
  } catch (error) {
    if ((error as Error).name !== 'ConfigError') throw error;
    return { code: 1, ...told(`Latchkey cannot start: ${(error as Error).message}\n`) };
  }
}

function told(output: string): Pick<Attempt, 'output' | 'named'> {
  const named = [...output.matchAll(/^ {2}- ([A-Z_]+)\b/gm)].map(([, name = '']) => name);
  return { output, named: [...new Set(named)].sort() };
}
