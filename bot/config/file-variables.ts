import { readFileSync, statSync } from 'node:fs';
import type { Env, ReportProblem } from './env.ts';

/** A key or a chain of certificates has a few KB. */
const MAX_KB = 64;

/** Own variables that end in `_FILE`. Each names a file of its own kind, so it gives no value to a name without the
 * ending. */
const OWN_FILES = ['CONNECTIONS_FILE', 'BOT_CERTIFICATE_FILE'];

/** @returns the variable that names the file for `NAME`: `NAME_FILE`. `undefined` for a name that has none */
function fileVariableOf(name: string): string | undefined {
  const variable = `${name}_FILE`;
  return name.endsWith('_FILE') || OWN_FILES.includes(variable) ? undefined : variable;
}

/** The value of a variable, or the content of the file that `NAME_FILE` names, without the newlines at its end (secrets of
 * Docker and Kubernetes).
 * @param bad each problem begins with the name, and contains no path and no content: by mistake the path may be the secret
 * @returns `undefined` if neither is set, and after a problem */
export function readVariable(env: Env, name: string, bad: ReportProblem): string | undefined {
  const variable = fileVariableOf(name);
  const path = variable === undefined ? undefined : env[variable];
  if (!path) return env[name];
  if (env[name]) return bad(`${name} and ${variable} are both set: remove one`);
  return readText(path, (problem) => bad(`${name}: ${variable} ${problem}`));
}

/** @returns whether the environment has a value for this name, in whichever way */
export function hasVariable(env: Env, name: string): boolean {
  const variable = fileVariableOf(name);
  return Boolean(env[name] || (variable !== undefined && env[variable]));
}

/** @returns the variables of both; those of `env` win, also `NAME_FILE` over `NAME` */
export function overrideVariables(variables: Env, env: Env): Env {
  const kept = Object.entries(variables).filter(([name]) => !env[fileVariableOf(name) ?? name]);
  return { ...Object.fromEntries(kept), ...env };
}

interface ResolvedEnv {
  /** `NAME_FILE` is replaced by `NAME`. After a problem it stays, so that a second reading reports it again. */
  env: Env;
  problems: readonly { name: string; problem: string }[];
}

/** Reads the files of these variables. */
export function resolveFileVariables(env: Env, names: readonly string[]): ResolvedEnv {
  const resolved = { ...env };
  const problems: { name: string; problem: string }[] = [];
  for (const name of names) {
    const variable = fileVariableOf(name);
    if (variable === undefined || !env[variable]) continue;
    const value = readVariable(env, name, (problem): undefined => void problems.push({ name, problem }));
    if (value === undefined) continue;
    resolved[name] = value;
    delete resolved[variable];
  }
  return { env: resolved, problems };
}

function readText(path: string, bad: ReportProblem): string | undefined {
  const bytes = readBytes(path, bad);
  if (!bytes) return undefined;
  const text = decode(bytes);
  if (text === undefined) return bad('names a file that is not text in UTF-8');
  const value = text.replace(/[\r\n]+$/, '');
  return value === '' ? bad('names an empty file') : value;
}

/** Not from a pipe or a device: reading it could wait forever. */
function readBytes(path: string, bad: ReportProblem): Buffer | undefined {
  try {
    const stats = statSync(path);
    if (!stats.isFile()) return bad('names something that is not a file');
    if (stats.size > MAX_KB * 1024) return bad(`names a file that is larger than ${MAX_KB} KB`);
    return readFileSync(path);
  } catch (error) {
    return bad(`names a file that cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** Without the byte order mark that editors on Windows write. */
function decode(bytes: Buffer): string | undefined {
  try {
    // UTF-16 without a mark reads as UTF-8 with zeros.
    return bytes.includes(0) ? undefined : new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
