import { variableFor } from '../../bot/cli/connections/variable.ts';
import { fillIn, type Preset, type PresetValue } from '../../bot/config/preset/preset.ts';

const BASE_URL = 'https://latchkey.example.com';

/** A text of a preset for a page, with examples in place of the values. */
export function withExamples(text: string, { entry, values }: Preset): string {
  const redirectUri = `${BASE_URL}/auth/callback/${entry.id}`;
  const filled = fillIn(text, (name) =>
    name === 'redirectUri' ? redirectUri : values[name] && exampleOf(values[name]),
  );
  return String(filled);
}

/** The entry of connections.json that a page shows: values with a default are left out. */
export function exampleEntry(name: string, preset: Preset): Record<string, string> {
  const { entry, values } = preset;
  const needed = Object.entries(values).filter(([, value]) => value.default === undefined);
  const filled = needed.map(([key, value]) => [key, isVariable(value) ? variable(entry.id, key) : exampleOf(value)]);
  return { id: entry.id, preset: name, ...Object.fromEntries(filled) };
}

/** The names of the variables in the entry. */
export function variablesOf({ entry, values }: Preset): string[] {
  return Object.entries(values).flatMap(([key, value]) => (isVariable(value) ? [variableFor(entry.id, key)] : []));
}

/** @throws {Error} if a value that is part of an address has no example */
function exampleOf({ type, example, default: usual }: PresetValue): string {
  const text = example ?? usual;
  if (text === undefined) throw new Error(`a value of the type ${type} has no example`);
  return text;
}

/** As `connections add` writes them. */
function isVariable({ type }: PresetValue): boolean {
  return type === 'secret' || type === 'text';
}

function variable(id: string, key: string): string {
  return `\${${variableFor(id, key)}}`;
}
