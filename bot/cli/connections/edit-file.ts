import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import jsonc from 'jsonc-parser';
import { findJsonError } from '../../config/connections-file.ts';
import { asObject, type JsonObject } from '../../platform/json.ts';
import { LatchkeyError } from '../../platform/latchkey-error.ts';

/** connections.json as it is written, with `${NAME}` in it. */
export interface ConnectionsText {
  path: string;
  /** Empty if there is no such file yet. */
  text: string;
  entries: readonly JsonObject[];
}

const NEW_FILE = { $schema: './connections.schema.json', connections: [] };

/** @throws {LatchkeyError} if there is a file that is not `{ "connections": [ … ] }` in JSON */
export function readConnectionsText(path: string): ConnectionsText {
  const text = readIfThere(path);
  if (text.trim() === '') return { path, text: '', entries: [] };
  const jsonError = findJsonError(text);
  if (jsonError !== undefined) throw new LatchkeyError(`${path} ${jsonError}. Nothing was changed.`);
  const { connections = [] } = asObject(JSON.parse(text));
  if (!Array.isArray(connections))
    throw new LatchkeyError(`${path} is not { "connections": [ … ] }. Nothing was changed.`);
  return { path, text, entries: connections.map(asObject) };
}

/** Adds the entry at the end of the list and leaves the entries before it as they are written. At every moment, the file is
 * either the old or the new one. Reads the file again: a person may have changed it since the questions began.
 * @throws {LatchkeyError} if the file cannot be written, or has such an id by now */
export async function appendEntry(path: string, entry: JsonObject): Promise<void> {
  const file = targetOf(path);
  const unlock = await lock(file);
  try {
    const { text, entries } = readConnectionsText(file);
    if (entries.some(({ id }) => id === entry.id))
      throw new LatchkeyError(`${path} already has a connection ${entry.id}. Nothing was changed.`);
    const whole = { ...NEW_FILE, ...asObject(JSON.parse(text || '{}')), connections: [entry] };
    const last = entries.length === 0 ? undefined : lastEntry(text);
    replaceFile(file, last ? insertAfter(text, last, entry) : `${JSON.stringify(whole, null, 2)}\n`);
  } finally {
    unlock();
  }
}

/** The file itself where the path is a symbolic link, which stays. */
function targetOf(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}

const LOCK_TRIES = 100;
const LOCK_INTERVAL_MS = 50;

/** Keeps other commands from changing the file meanwhile. A lock lasts milliseconds.
 * @returns the function that ends it */
async function lock(path: string): Promise<() => void> {
  const file = `${path}.lock`;
  for (let tries = 1; ; tries++) {
    try {
      closeSync(openSync(file, 'wx'));
      return () => rmSync(file, { force: true });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EEXIST') throw new LatchkeyError(`${path} cannot be written (${code}).`);
      if (tries >= LOCK_TRIES)
        throw new LatchkeyError(`Another command is changing ${path}. If no other command is running, remove ${file}.`);
    }
    await setTimeout(LOCK_INTERVAL_MS);
  }
}

function lastEntry(text: string): jsonc.Node | undefined {
  const root = jsonc.parseTree(text);
  return root && jsonc.findNodeAtLocation(root, ['connections'])?.children?.at(-1);
}

function insertAfter(text: string, { offset, length }: jsonc.Node, entry: JsonObject): string {
  const end = offset + length;
  const [indent = ''] = /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', offset) + 1)) ?? [];
  const added = JSON.stringify(entry, null, 2).replaceAll('\n', `\n${indent}`);
  return `${text.slice(0, end)},\n${indent}${added}${text.slice(end)}`;
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return '';
    throw new LatchkeyError(`${path} cannot be read (${code}).`);
  }
}

function replaceFile(path: string, text: string): void {
  const temporary = `${path}.${randomBytes(4).toString('hex')}`;
  const old = statSync(path, { throwIfNoEntry: false });
  try {
    writeFileSync(temporary, text, { flag: 'wx', ...(old && { mode: 0o600 }) });
    if (old) keepAccess(temporary, old);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new LatchkeyError(`${path} cannot be written (${(error as NodeJS.ErrnoException).code}).`);
  }
}

/** The service may run as another user than the command, such as `root`, and must be able to read the file as before. */
function keepAccess(path: string, { uid, gid, mode }: Stats): void {
  try {
    chownSync(path, uid, gid);
  } catch (error) {
    // Only root may give a file away.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
  }
  // `writeFileSync` leaves out what the umask forbids.
  chmodSync(path, mode & 0o777);
}
