import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readPackagedConnections } from '../../bot/app-package/app-package.ts';
import type { AppPackageInput, ReportProblem } from '../../bot/app-package/types.ts';
import { baseUrlOf, createFileHint } from '../../bot/app-package/variables.ts';
import { type Env, parseEnvFile } from '../../bot/config/env.ts';
import { overrideVariables, resolveFileVariables } from '../../bot/config/file-variables.ts';
import { isLoopback } from '../../bot/platform/safe-url.ts';

const TEMPLATE = 'manifest.json';

/** @param folder the root of the project @param env overrides the environment's files */
export function readProject(folder: string, environment: string, env: Env, note: ReportProblem): AppPackageInput {
  const variables = withFiles(overrideVariables(readVariables(folder, environment, note), env), note);
  const baseUrl = baseUrlOf(variables);
  const files = readMessages(join(folder, 'appPackage'), note);
  return {
    environment,
    template: files.get(TEMPLATE),
    languages: new Map([...files].filter(([name]) => name !== TEMPLATE)),
    variables,
    connections: readConnections(folder, variables, baseUrl, note),
    baseUrl,
  };
}

/** Not the secrets: a package has none, and their files are on another machine. */
const PACKAGED = ['BASE_URL', 'BOT_ID', 'BOT_TENANT_ID', 'AAD_APP_CLIENT_ID'];

function withFiles(variables: Env, note: ReportProblem): Env {
  const { env, problems } = resolveFileVariables(variables, PACKAGED);
  for (const { name, problem } of problems) {
    note({ level: 'error', code: 'variable.file', what: problem, fix: `Set ${name}, or correct ${name}_FILE.` });
  }
  return env;
}

function readVariables(folder: string, environment: string, note: ReportProblem): Env {
  const read = (name: string) => readText(join(folder, 'env', name));
  const [shared, own] = [read(`.env.${environment}`), read(`.env.${environment}.user`)];
  if (shared === undefined && own === undefined) {
    const subject = `env/.env.${environment} is missing`;
    const fix = `${createFileHint(environment)}; or name another environment with --env.`;
    note({ level: 'warning', code: 'environment.missing', what: subject, fix });
  }
  return { ...parseEnvFile(shared ?? ''), ...parseEnvFile(own ?? '') };
}

function readConnections(folder: string, variables: Env, baseUrl: string | undefined, note: ReportProblem) {
  const file = variables.CONNECTIONS_FILE || './connections.json';
  const text = readText(resolve(folder, file));
  if (text === undefined) {
    const fix = 'cp connections.example.json connections.json, or set CONNECTIONS_FILE.';
    note({ level: 'error', code: 'connections.missing', what: `CONNECTIONS_FILE (${file}) does not exist`, fix });
    return [];
  }
  const raw = parseJson(text, file, note);
  const loopback = baseUrl !== undefined && URL.canParse(baseUrl) && isLoopback(new URL(baseUrl));
  return raw === undefined ? [] : readPackagedConnections(raw, { file, variables, loopback }, note);
}

/** The other JSON files beside the template. */
function readMessages(folder: string, note: ReportProblem): Map<string, unknown> {
  const names = readNames(folder).filter((name) => name.endsWith('.json'));
  if (!names.includes(TEMPLATE)) {
    const fix = 'Run this command in a complete clone, or restore the file from git.';
    note({ level: 'error', code: 'template.missing', what: `appPackage/${TEMPLATE} does not exist`, fix });
  }
  const parse = (name: string) => parseJson(readText(join(folder, name)) ?? '', `appPackage/${name}`, note);
  return new Map(names.map((name) => [name, parse(name)]));
}

function parseJson(text: string, place: string, note: ReportProblem): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    // The parser's message quotes the text, which may contain a secret (T72).
    note({ level: 'error', code: 'file.json', what: `${place} is not JSON`, fix: `Correct ${place}.` });
    return undefined;
  }
}

function readText(path: string): string | undefined {
  return ifExisting(() => readFileSync(path, 'utf8'));
}

function readNames(folder: string): string[] {
  return ifExisting(() => readdirSync(folder)) ?? [];
}

function ifExisting<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
