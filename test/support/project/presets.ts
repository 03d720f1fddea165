import { fillIn, readPreset } from '../../../bot/config/preset.ts';
import { expandEntry } from '../../../bot/config/preset-entry.ts';

/** Changes of an entry, as JSON Merge Patches. */
interface Changes {
  signIn?: Record<string, unknown>;
  source?: Record<string, unknown>;
}

interface FullConnection {
  id: string;
  title: string;
  commands: string[];
  signIn: Record<string, unknown> & { type: string };
  source: Record<string, unknown> & { type: string };
}

/** An entry of connections.json with the example of each value. A value with a default has none.
 * @param client the id and the secret of the client */
export function exampleEntry(name: string, client = { id: 'client', secret: 'secret' }) {
  const { entry, values } = readPreset(name);
  const given = Object.entries(values).filter(([, value]) => value.default === undefined);
  const filled = given.map(([key, { example }]) => [key, example]);
  return {
    id: entry.id,
    preset: name,
    ...Object.fromEntries(filled),
    clientId: client.id,
    clientSecret: client.secret,
  };
}

/** The connection in full of an entry with the example of each value.
 * @throws {Error} if the entry has a problem */
export function exampleConnection(name: string, changes: Changes = {}, client?: { id: string; secret: string }) {
  const result = expandEntry({ ...exampleEntry(name, client), ...changes }, false);
  if ('issues' in result) throw new Error(`${name}: ${JSON.stringify(result.issues)}`);
  return result.connection as unknown as FullConnection;
}

/** The JSON in the notes of a preset, with examples in place of the values. */
export function changesInNotes(name: string): Changes[] {
  const { notes, values } = readPreset(name);
  return notes.flatMap((note) =>
    [...note.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, json = '']) => {
      const filled = fillIn(json, (key) => values[key]?.example);
      return JSON.parse(String(filled)) as Changes;
    }),
  );
}
