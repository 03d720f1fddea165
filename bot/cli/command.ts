import type { Config } from '../config.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import type { Vault } from '../sign-in/vault.ts';
import type { Store } from '../store/store.ts';

/** What a command works with: the service's own settings and store. */
export interface Tools {
  config: Config;
  store: Store;
  vault: Vault;
  signIn: SignIn;
}

/** The options of all commands, as they were typed. */
export interface Options {
  tenant?: string;
  user?: string;
  'idle-days'?: string;
  'dry-run'?: boolean;
}

/** What a command says: to people, and with `--json` to programs. `incomplete` makes the exit code 1. */
export interface Report {
  text: string[];
  json: unknown;
  incomplete?: boolean;
}

export interface Command {
  /** The options that it takes, beside `--json` and `--help`. */
  takes: readonly (keyof Options)[];
  /** Checks the options before anything is opened. @throws {UsageError} */
  check?(options: Options): void;
  run(tools: Tools, options: Options, now: number): Promise<Report>;
}

/** A command line that can't be followed: what is wrong, for the person who typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** `1 credential`, `2 credentials`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
