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
  /** The result of such a start, in this process: the built bot reads its configuration only. */
  read(change: Settings): Promise<Attempt>;
  close(): void;
}

/** How long a bot that starts after all may run before it is killed; milliseconds. */
const MAX_START_MS = patient(20_000);

export function startAttempts(connections: unknown): StartAttempts {
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
    CONNECTIONS_FILE: connectionsFile(connections),
  };
  const envOf = (change: Settings) =>
    Object.fromEntries(Object.entries({ ...good, ...change }).filter(([, value]) => value !== undefined));
  return {
    folder,
    good,
    connectionsFile,
    async attempt(change) {
      const place = { cwd: folder, env: envOf(change), timeout: MAX_START_MS };
      const { code, stdout, stderr } = await runScript(BOT_SCRIPT, [], place);
      return { code, ...told(stdout + stderr) };
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
