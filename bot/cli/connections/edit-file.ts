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
const FORMAT = { insertSpaces: true, tabSize: 2 };

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

/** Adds the entry at the end of the list and leaves the rest of the text as it is. The file is either the old or the new
 * one at every moment. */
export function appendEntry({ path, text, entries }: ConnectionsText, entry: JsonObject): void {
  const before = text === '' ? `${JSON.stringify(NEW_FILE, null, 2)}\n` : text;
  const place = ['connections', ...(entries.length > 0 || text === '' || hasList(text) ? [entries.length] : [])];
  const value = place.length === 2 ? entry : [entry];
  const edits = jsonc.modify(before, place, value, { formattingOptions: FORMAT, isArrayInsertion: place.length === 2 });
  replaceFile(path, jsonc.applyEdits(before, edits));
}

function hasList(text: string): boolean {
  return Array.isArray(asObject(JSON.parse(text)).connections);
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
