import type { Readable, Writable } from 'node:stream';
import type { Config } from '../config/config.ts';
import type { Env } from '../config/env.ts';
import type { AuditLog } from '../sign-in/audit/audit-log.ts';
import type { Vault } from '../sign-in/credentials/vault.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import type { Store } from '../store/store.ts';

interface CommandContext {
  config: Config;
  store: Store;
  vault: Vault;
  signIn: SignIn;
  audit: AuditLog | undefined;
}

export interface Options {
  query?: string;
  token?: string;
  'token-file'?: string;
  port?: string;
  paste?: boolean;
  wait?: string;
  tenant?: string;
  user?: string;
  'idle-days'?: string;
  'dry-run'?: boolean;
  env?: string;
  offline?: boolean;
  verbose?: boolean;
  id?: string;
  value?: string[];
}

/** `json` is for `--json`. `incomplete` makes the exit code 1. */
export interface Report {
  text: string[];
  json: unknown;
  incomplete?: boolean;
}

interface AnyCommand {
  options: readonly (keyof Options)[];
  /** Names of the words after the command. One that ends in `?` may be left out. */
  arguments?: readonly string[];
  /** Runs before the store opens. @throws {UsageError} */
  check?(options: Options): void;
}

export interface Command extends AnyCommand {
  run(context: CommandContext, options: Options, now: number): Promise<Report>;
}

/** Reads the configuration itself, because it must work with a broken one. */
export interface DiagnosticCommand extends AnyCommand {
  diagnose(environment: CliEnvironment, options: Options, now: number): Promise<Report>;
}

export interface CliEnvironment {
  /** The words after the command, as many as the command has. */
  arguments: readonly string[];
  env: Env;
  /** As in `process.versions.node`. */
  nodeVersion: string;
  folder: string;
  colour: boolean;
  input: Readable;
  /** For questions and progress. The report goes to the standard output. */
  log: Writable;
}

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** `1 credential`, `2 credentials` */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
