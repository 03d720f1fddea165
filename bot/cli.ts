#!/usr/bin/env node
import { parseArgs } from 'node:util';
import {
  type CliEnvironment,
  type Command,
  type DiagnosticCommand,
  type Options,
  type Report,
  UsageError,
} from './cli/command.ts';
import { readFiles } from './config/config.ts';
import type { Env } from './config/env.ts';
import { readOutboundProxy } from './config/proxy-settings.ts';
import { sendThrough } from './platform/http-client.ts';

const HELP = `Latchkey commands for administrators. Run them beside the service, with the same environment.

  latchkey doctor [--env <name>] [--offline] [--verbose]
                                                   checks settings, connections, app package, sign-in, store and
                                                   network, and prints each fault with its fix
  latchkey connections list                        lists the connections, how users sign in, and how many are signed in
  latchkey connections add [<preset>]              asks for a system and its values, and adds it to connections.json
  latchkey connections show <id>                   prints a connection with all values of its preset
  latchkey connections try <id> --query <words>    signs in to a connection and searches it, before users do
  latchkey backup <file>                           copies the SQLite store while the service runs
  latchkey keys rotate                             encrypts all credentials with the first of ENCRYPTION_KEYS
  latchkey person --tenant <GUID> --user <GUID>    prints what is stored about a person, and their hash in the logs
  latchkey purge --tenant <GUID> [--user <GUID>]   deletes a tenant or a person, and revokes their tokens
  latchkey purge --idle-days <n>                   deletes the people who have not searched for n days

  --dry-run   prints what would change, and changes nothing
  --json      prints the result as JSON
  --id        the id of a new connection
  --value     a value of a new connection, as name=value; may be repeated
  --env       the name of the env/.env.<name> and package that the doctor compares; the default is dev
  --offline   skips the checks that need the network
  --verbose   lists all checks of the doctor, also those that passed
  --help      prints this text

Options of "connections try":
  --token-file  a file with an access token instead of a sign-in, - for the standard input; or set LATCHKEY_TOKEN
  --token       an access token on the command line, where other processes can see it
  --port        the port of http://localhost:<port>/auth/callback/<id>, where the browser returns; the default is 3990
  --paste       the browser ends at the redirect URI of BASE_URL, and you paste its address
  --wait        how many seconds you have for the sign-in; the default is 300
  --tenant      your tenant, for a sign-in with Entra

You can run the commands while the service runs. Before "keys rotate", every instance must have the first key.
Exit code: 0 done, 1 failed or to be run again, 2 a wrong command line.
`;

/** Each loads only when it runs: the whole bot takes a second. */
const COMMANDS: Record<string, () => Promise<Command | DiagnosticCommand>> = {
  backup: async () => (await import('./cli/backup.ts')).backup,
  'connections add': async () => (await import('./cli/connections/add.ts')).connectionsAdd,
  'connections list': async () => (await import('./cli/connections/list.ts')).connectionsList,
  'connections show': async () => (await import('./cli/connections/show.ts')).connectionsShow,
  'connections try': async () => (await import('./cli/connections/try.ts')).connectionsTry,
  doctor: async () => (await import('./cli/doctor.ts')).doctor,
  'keys rotate': async () => (await import('./cli/keys-rotate.ts')).keysRotate,
  person: async () => (await import('./cli/person.ts')).person,
  purge: async () => (await import('./cli/purge.ts')).purge,
};

const OPTIONS = {
  query: { type: 'string' },
  token: { type: 'string' },
  'token-file': { type: 'string' },
  port: { type: 'string' },
  paste: { type: 'boolean' },
  wait: { type: 'string' },
  tenant: { type: 'string' },
  user: { type: 'string' },
  'idle-days': { type: 'string' },
  'dry-run': { type: 'boolean' },
  env: { type: 'string' },
  offline: { type: 'boolean' },
  verbose: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
  id: { type: 'string' },
  value: { type: 'string', multiple: true },
} as const;

process.exitCode = await main(process.argv.slice(2)).catch(explain);

/** @returns the exit code */
async function main(args: string[]): Promise<number> {
  const { values, positionals } = parse(args);
  const { json = false, help = false, ...options } = values;
  if (help || args.length === 0) return print(process.stdout, HELP.trimEnd(), help ? 0 : 2);
  const { name, command, words } = await findCommand(positionals);
  const unknown = Object.keys(options).find((option) => !command.options.includes(option as keyof Options));
  if (unknown) throw new UsageError(`"${name}" does not accept --${unknown}`);
  command.check?.(options);
  const report = await run(command, options, words);
  return print(process.stdout, json ? JSON.stringify(report.json) : report.text.join('\n'), report.incomplete ? 1 : 0);
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** @throws {UsageError} for an unknown command, and for too few or too many words after it */
async function findCommand(positionals: readonly string[]) {
  const names = [positionals.slice(0, 2).join(' '), positionals[0] ?? ''];
  const name = names.find((each) => Object.hasOwn(COMMANDS, each));
  const command = name === undefined ? undefined : await COMMANDS[name]?.();
  if (name === undefined || !command) throw new UsageError(`there is no command "${positionals.join(' ')}"`);
  const words = positionals.slice(name.split(' ').length);
  const expected = command.arguments ?? [];
  const missing = expected[words.length];
  if (missing !== undefined && !missing.endsWith('?')) throw new UsageError(`"${name}" needs <${missing}>`);
  const [extra] = words.slice(expected.length);
  if (extra !== undefined) throw new UsageError(`"${name}" does not accept "${extra}"`);
  return { name, command, words };
}

async function run(command: Command | DiagnosticCommand, options: Options, words: readonly string[]): Promise<Report> {
  const { env } = readFiles(process.env);
  // A command that reads the configuration reports a bad proxy itself.
  sendThrough(readOutboundProxy(env, () => undefined));
  if ('diagnose' in command) return command.diagnose(environmentFor(env, words), options, Date.now());
  const [{ auditFailure, buildSignIn }, { openCommandAudit }, { loadConfig }, { createLog }, { Vault }, { openStore }] =
    await Promise.all([
      import('./app.ts'),
      import('./sign-in/audit/audit-log.ts'),
      import('./connection.ts'),
      import('./platform/log.ts'),
      import('./sign-in/credentials/vault.ts'),
      import('./store/open-store.ts'),
    ]);
  const { config, connections } = loadConfig(env);
  // Quiet: the report is the output.
  const log = createLog(env.LOG_LEVEL || 'warn', 2);
  const audit = config.auditLog === undefined ? undefined : await openCommandAudit(config.auditLog, auditFailure(log));
  const store = await openStore(config.storeUrl, (message) => log.warn(message));
  try {
    const signIn = buildSignIn({ config, connections, store, log, audit });
    const context = { config, store, vault: new Vault(config.encryptionKeys), signIn, audit };
    return await command.run(context, options, Date.now());
  } finally {
    await store.close().finally(() => audit?.close());
  }
}

function environmentFor(env: Env, words: readonly string[]): CliEnvironment {
  const colour = process.stdout.isTTY === true && !process.env.NO_COLOR;
  const [input, log] = [process.stdin, process.stderr];
  const nodeVersion = process.versions.node;
  return { arguments: words, env, nodeVersion, folder: process.cwd(), colour, input, log };
}

function explain(error: unknown): number {
  if (error instanceof UsageError)
    return print(process.stderr, `latchkey: ${error.message.replace(/(?<![.?])$/, '.')} See latchkey --help.`, 2);
  return print(process.stderr, `latchkey: ${(error as Error).message}`, 1);
}

function print(stream: NodeJS.WriteStream, text: string, exitCode: number): number {
  stream.write(`${text}\n`);
  return exitCode;
}
