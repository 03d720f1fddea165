import { readFileSync } from 'node:fs';
import { builtPath } from '../paths.ts';
import type { Command } from './page-api.ts';

export const ACTIONS: Command[] = [
  { id: 'connections', title: 'Your connections' },
  { id: 'signOut', title: 'Sign out' },
];

/** Search commands from `COMMANDS`, as JSON (`[{"id":"insertWiki","title":"Contoso wiki"}]`), or from the bot's
 * connections file, with the connections' titles. Commands of one connection come first.
 * @throws {Error} if there are none */
export function readCommands(env: { COMMANDS?: string | undefined; CONNECTIONS_FILE?: string | undefined }): Command[] {
  const commands = env.COMMANDS ? fromJson(env.COMMANDS) : env.CONNECTIONS_FILE ? fromFile(env.CONNECTIONS_FILE) : [];
  if (commands.length === 0) throw new Error('No commands. Set COMMANDS or CONNECTIONS_FILE.');
  return commands;
}

function fromJson(json: string): Command[] {
  return list(JSON.parse(json), 'COMMANDS').map((entry) => command(entry.id, entry.title, 'COMMANDS'));
}

function fromFile(path: string): Command[] {
  const file: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const connections = typeof file === 'object' && file !== null && 'connections' in file ? file.connections : undefined;
  const commands = list(connections, path)
    .map(withPreset)
    .flatMap(({ title, commands }) => (Array.isArray(commands) ? commands.map((id) => command(id, title, path)) : []));
  const titles = (id: string) => commands.filter((each) => each.id === id).map(({ title }) => title);
  const ids = [...new Set(commands.map(({ id }) => id))].sort(
    (one, other) => titles(one).length - titles(other).length,
  );
  return ids.map((id) => ({ id, title: nameOf(titles(id)) }));
}

/** The title and the commands may come from the preset. */
function withPreset(entry: Record<string, unknown>): Record<string, unknown> {
  const { preset } = entry;
  if (typeof preset !== 'string') return entry;
  if (!/^[a-z0-9-]+$/.test(preset)) throw new Error('A preset in the connections file has no usable name.');
  const { entry: usual } = JSON.parse(readFileSync(builtPath(`bot/presets/${preset}.json`), 'utf8'));
  return { ...usual, ...entry };
}

/** One line: a tab and the search box show it. */
function nameOf([first = '', ...more]: string[]): string {
  const names = more.length > 1 ? [first, `${more.length} more`] : [first, ...more];
  return new Intl.ListFormat('en').format(names);
}

function list(value: unknown, place: string): Record<string, unknown>[] {
  if (Array.isArray(value)) return value;
  throw new Error(`${place} holds no list of commands.`);
}

function command(id: unknown, title: unknown, place: string): Command {
  if (typeof id === 'string' && typeof title === 'string') return { id, title };
  throw new Error(`A command in ${place} has no id or no title.`);
}
