import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { baseUrlOf, substituteVariables } from '../../../app-package/variables.ts';
import { readFiles, readSettings, type Settings } from '../../../config/config.ts';
import { type Env, isProblemOf, parseEnvFile } from '../../../config/env.ts';
import { overrideVariables } from '../../../config/file-variables.ts';
import { isObject, type JsonObject, parseJsonObject } from '../../../platform/json.ts';

/** After decompression. An app package's files have a few KB. */
const MAX_BYTES = 1024 * 1024;
const MAX_ENTRIES = 100;
const [END, ENTRY] = [0x06054b50, 0x02014b50];
const [END_SIZE, ENTRY_SIZE, LOCAL_SIZE] = [22, 46, 30];

/** Reads stored and deflated files (PKWARE's APPNOTE sections 4.3.7, 4.3.12, 4.3.16).
 * @throws {Error} if the file is not a zip archive or is too large */
function readZip(bytes: Buffer): Map<string, Buffer> {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < 0 || end + END_SIZE > bytes.length || bytes.readUInt32LE(end) !== END)
    throw new Error('it is not a zip archive');
  const count = bytes.readUInt16LE(end + 10);
  if (count > MAX_ENTRIES) throw new Error(`it contains ${count} files`);
  const files = new Map<string, Buffer>();
  let at = bytes.readUInt32LE(end + 16);
  for (let each = 0; each < count; each++) {
    const { name, content, next } = readEntry(bytes, at);
    if (!name.endsWith('/')) files.set(name, content);
    at = next;
  }
  return files;
}

function readEntry(bytes: Buffer, at: number) {
  if (at + ENTRY_SIZE > bytes.length || bytes.readUInt32LE(at) !== ENTRY)
    throw new Error('it is a damaged zip archive');
  const [method, size] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20)];
  const [nameSize, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset)) as [
    number,
    number,
    number,
  ];
  const name = bytes.toString('utf8', at + ENTRY_SIZE, at + ENTRY_SIZE + nameSize);
  const local = bytes.readUInt32LE(at + 42);
  const start = local + LOCAL_SIZE + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  const packed = bytes.subarray(start, start + size);
  const content = method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: MAX_BYTES });
  return { name, content, next: at + ENTRY_SIZE + nameSize + extra + comment };
}

/** The local state. Only this file reads it, once. */
export interface Project {
  /** Relative paths begin here. */
  folder: string;
  /** The Toolkit environment: `dev`, `local`. */
  environment: string;
  nodeVersion: string;
  settings: Settings;
  problemsOf(variable: string): string[];
  problems: readonly string[];
  usable(variable: string): boolean;
  env: Env;
  /** The service's environment: the process's, and the Toolkit's files. */
  service: Env;
  /** `shared`: `env/.env.<environment>`, committed. `own`: `.env.<environment>.user`, not committed. */
  envFiles: { shared: Env | undefined; own: Env | undefined };
  variables: Env;
  template: Json;
  languages: ReadonlyMap<string, unknown>;
  /** The Toolkit's Entra app manifest, with its variables replaced. */
  aad: Json;
  appPackage: AppPackageFile;
}

interface Json {
  fields?: JsonObject;
  problem?: string;
}

interface AppPackageFile {
  path: string;
  exists: boolean;
  problem?: string;
  files: ReadonlyMap<string, Buffer>;
}

/** @param ownEnv overrides files */
export function readProject(folder: string, environment: string, ownEnv: Env, nodeVersion: string): Project {
  const { env } = readFiles(ownEnv);
  const envFiles = { shared: readEnv(folder, environment), own: readEnv(folder, `${environment}.user`) };
  const fromFiles = { ...envFiles.shared, ...envFiles.own };
  const variables = readFiles(overrideVariables(fromFiles, env)).env;
  // F5 starts the bot with this file (teamsapp.local.yml).
  const local = environment === 'local' ? parseEnvFile(readText(join(folder, '.localConfigs')) ?? '') : {};
  const service = withBaseUrl(readFiles(overrideVariables({ ...withSecrets(fromFiles), ...local }, env)).env);
  const { settings, problems } = readSettings(service);
  const problemsOf = (name: string) => problems.filter((problem) => isProblemOf(problem, name));
  return {
    folder,
    environment,
    nodeVersion,
    settings,
    problems,
    problemsOf,
    usable: (name) => problemsOf(name).length === 0,
    env,
    service,
    envFiles,
    variables,
    template: readJson(folder, 'appPackage/manifest.json'),
    languages: readLanguages(join(folder, 'appPackage')),
    aad: filled(readJson(folder, 'aad.manifest.json'), variables),
    appPackage: readPackage(folder, `appPackage/build/latchkey.${environment}.zip`),
  };
}

/** The Toolkit stores secrets as SECRET_NAME and passes them on as NAME. Skips encrypted values. */
function withSecrets(files: Env): Env {
  const secrets = Object.entries(files).filter(
    ([name, value]) => /^SECRET_/.test(name) && !/^crypto_/.test(value ?? ''),
  );
  return { ...Object.fromEntries(secrets.map(([name, value]) => [name.replace('SECRET_', ''), value])), ...files };
}

/** Under the loopback rule, a bot without BOT_ID belongs to the Agents Playground. Teams never calls it. */
export function isForPlayground({ settings, usable }: Project): boolean {
  return settings.bot === undefined && usable('BOT_ID');
}

function withBaseUrl(env: Env): Env {
  // The Toolkit's variables. The service would read any BOT_… as part of a registration.
  const toolkits = ['BOT_ENDPOINT', 'BOT_DOMAIN', 'BOT_OBJECT_ID', 'BOT_AZURE_APP_SERVICE_RESOURCE_ID'];
  const services = Object.entries(env).filter(([name]) => !toolkits.includes(name));
  return { ...Object.fromEntries(services), BASE_URL: baseUrlOf(env) };
}

function readEnv(folder: string, name: string): Env | undefined {
  const text = readText(join(folder, 'env', `.env.${name}`));
  return text === undefined ? undefined : parseEnvFile(text);
}

function readLanguages(folder: string): ReadonlyMap<string, unknown> {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const files = names.filter((name) => name.endsWith('.json') && name !== 'manifest.json');
  return new Map(files.map((name) => [name, readJson(folder, name).fields]));
}

function readJson(folder: string, path: string): Json {
  const text = readText(join(folder, path));
  if (text === undefined) return {};
  const fields = parseJsonObject(text.replace(/^\uFEFF/, ''));
  return fields ? { fields } : { problem: `${path} is not JSON` };
}

function filled(json: Json, variables: Env): Json {
  const fields = substituteVariables(json.fields, variables, new Set());
  return isObject(fields) ? { fields } : json;
}

function readPackage(folder: string, path: string): AppPackageFile {
  if (!existsSync(join(folder, path))) return { path, exists: false, files: new Map() };
  try {
    return { path, exists: true, files: readZip(readFileSync(join(folder, path))) };
  } catch (error) {
    return { path, exists: true, files: new Map(), problem: (error as Error).message };
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
