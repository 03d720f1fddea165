import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A bot's clock that a test controls. Timers run normally; `Date.now()` returns the test's time. */
export interface Clock {
  /** For the bot's environment. */
  env: { NODE_OPTIONS: string };
  /** Stops the bot's clock at this time, in milliseconds since the epoch. */
  set(time: number): void;
  /** Lets it run this many milliseconds ahead of the real clock. */
  ahead(milliseconds: number): void;
  /** Returns to the real clock. */
  release(): void;
  /** Removes its folder. The bot must have ended. */
  close(): void;
}

export function createClock(): Clock {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-clock-'));
  const file = join(folder, 'now');
  const write = (text: string) => writeFileSync(file, text);
  write('');
  const preload = new URL('./clock-preload.mjs', import.meta.url);
  preload.searchParams.set('file', file);
  return {
    env: { NODE_OPTIONS: `--import=${preload.href}` },
    set: (time) => write(String(time)),
    ahead: (milliseconds) => write(`+${milliseconds}`),
    release: () => write(''),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
