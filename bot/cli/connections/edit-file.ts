import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
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

/** Adds the entry at the end of the list and leaves the entries before it as they are written. The file is either the old or the new
 * one at every moment. */
export function appendEntry({ path, text, entries }: ConnectionsText, entry: JsonObject): void {
  const whole = { ...NEW_FILE, ...asObject(JSON.parse(text || '{}')), connections: [entry] };
  const last = entries.length === 0 ? undefined : lastEntry(text);
  replaceFile(path, last ? insertAfter(text, last, entry) : `${JSON.stringify(whole, null, 2)}\n`);
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
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  try {
    writeFileSync(temporary, text, { flag: 'wx', ...(mode !== undefined && { mode }) });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new LatchkeyError(`${path} cannot be written (${(error as NodeJS.ErrnoException).code}).`);
  }
}
