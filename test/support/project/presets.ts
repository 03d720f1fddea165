import { readFileSync } from 'node:fs';

/** A file in bot/presets/. */
interface PresetFile {
  entry: { id: string; title: string; commands: string[] };
  values: Record<string, { example?: string; default?: string }>;
  notes: string[];
  signIn: object & { type?: string; scopes?: readonly string[] };
  source: object & { type?: string };
}

interface FullConnection {
  id: string;
  title: string;
  commands: string[];
  signIn: Record<string, unknown> & { type: string };
  source: Record<string, unknown> & { type: string };
}

/** Changes of an entry, as JSON Merge Patches. */
interface Changes {
  signIn?: Record<string, unknown>;
  source?: Record<string, unknown>;
}

const PRESETS = new URL('../../../bot/presets/', import.meta.url);
const EXAMPLE_CLIENT = { id: 'client', secret: 'secret' };

/** An entry of connections.json with the example of each value. A value with a default has none.
 * @param client the id and the secret of the client */
export function exampleEntry(preset: string, client = EXAMPLE_CLIENT): Record<string, string | undefined> {
  const { entry, values } = readPresetFile(preset);
  const needed = Object.entries(values).filter(([, value]) => value.default === undefined);
  const filled = needed.map(([key, { example }]) => [key, example]);
  return {
    id: entry.id,
    preset,
    ...Object.fromEntries(filled),
    clientId: client.id,
    clientSecret: client.secret,
  };
}

/** The full form of that entry. */
export function exampleConnection(preset: string, client = EXAMPLE_CLIENT): FullConnection {
  const file = readPresetFile(preset);
  const { signIn, source } = file;
  const filled = JSON.parse(filledIn(JSON.stringify({ signIn, source }), file, client));
  return { ...file.entry, ...filled };
}

/** The JSON in the notes of a preset, with examples in place of the values. */
export function changesInNotes(preset: string): Changes[] {
  const file = readPresetFile(preset);
  const blocks = file.notes.flatMap((note) => [...note.matchAll(/^```json\n([\s\S]*?)^```$/gm)]);
  return blocks.map(([, json = '']) => JSON.parse(filledIn(json, file, EXAMPLE_CLIENT)));
}

export function readPresetFile(preset: string): PresetFile {
  return JSON.parse(readFileSync(new URL(`${preset}.json`, PRESETS), 'utf8'));
}

function filledIn(json: string, { values }: PresetFile, client: typeof EXAMPLE_CLIENT): string {
  return json.replace(/<(\w+)>/g, (place, name: string) => {
    const value = { clientId: client.id, clientSecret: client.secret }[name] ?? values[name]?.example;
    if (value === undefined) throw new Error(`${place} has no example`);
    return value;
  });
}
