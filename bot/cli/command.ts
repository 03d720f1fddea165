import type { Config } from '../config/config.ts';
import type { Env } from '../config/env.ts';
import type { Vault } from '../sign-in/credentials/vault.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import type { Store } from '../store/store.ts';

/** What a command works with: the service's own settings and store. */
interface CommandContext {
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
  env?: string;
  offline?: boolean;
  verbose?: boolean;
}

/** What a command says: to people, and with `--json` to programs. `failed` makes the exit code 1. */
export interface Report {
  text: string[];
  json: unknown;
  incomplete?: boolean;
}

interface AnyCommand {
  /** The options that it takes, beside `--json` and `--help`. */
  options: readonly (keyof Options)[];
  /** Checks the options before anything is opened. @throws {UsageError} */
  check?(options: Options): void;
}

export interface Command extends AnyCommand {
  run(tools: CommandContext, options: Options, now: number): Promise<Report>;
}

/** A command that must work where the configuration doesn't: it reads that by itself. */
export interface DiagnosticCommand extends AnyCommand {
  diagnose(surroundings: CliEnvironment, options: Options, now: number): Promise<Report>;
}

export interface CliEnvironment {
  env: Env;
  /** Where the project's files are. */
  folder: string;
  /** Whether the report goes to a terminal that shows colours. */
  colour: boolean;
}

/** A command line that can't be followed: what is wrong, for the person who typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** `1 credential`, `2 credentials`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
