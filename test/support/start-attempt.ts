import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { BOT_ID, TENANTS } from '../../local/people.ts';
import { BOT_SCRIPT } from '../../local/stack.ts';
import { patient } from './patience.ts';

export type Settings = Record<string, string | undefined>;

export interface Attempt {
  code: number | null;
  /** All that it wrote, both streams. */
  output: string;
  /** The variables that its message names, one a line of it, sorted. */
  named: string[];
}

/** A folder with a configuration that starts, to be spoilt one setting after another. */
export interface StartAttempts {
  folder: string;
  good: Record<string, string>;
  /** Writes a connections file; returns its path. */
  connectionsFile(content: unknown): string;
  /** Starts the built bot with the good settings changed like this, and waits until it ends. */
  attempt(change: Settings): Promise<Attempt>;
  close(): void;
}

/** What a bot that starts after all may run before it is ended; milliseconds. */
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
  const attempt = (change: Settings) => run({ ...good, ...change }, folder);
  return { folder, good, connectionsFile, attempt, close: () => rmSync(folder, { recursive: true, force: true }) };
}

async function run(settings: Settings, cwd: string): Promise<Attempt> {
  const env = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  const child = spawn(process.execPath, [BOT_SCRIPT], {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    timeout: MAX_START_MS,
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  const output = stdout + stderr;
  const named = [...output.matchAll(/^ {2}- ([A-Z_]+)\b/gm)].map(([, name = '']) => name);
  return { code, output, named: [...new Set(named)].sort() };
}
