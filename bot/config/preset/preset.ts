import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { asString, isObject, type JsonObject } from '../../platform/json.ts';

/** Next to the folder of this module, or next to the bundle. */
const FOLDER = ['../../presets/', './presets/']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((path) => existsSync(path));

const text = z.string().min(1);
const valueSchema = z.strictObject({
  type: z
    .enum(['origin', 'url', 'name', 'text', 'secret'])
    .describe('origin: an address without a path. name: letters, digits, dots, dashes. secret: never in the file.'),
  about: text.describe('What it is, in the words of the vendor, and where an administrator finds it.'),
  example: text.optional().describe('An example for the pages.'),
  default: text.optional().describe('The value of an entry that has none.'),
  optional: z.literal(true).optional().describe('For a text or secret: without it, its field is left out.'),
  pattern: text.optional().describe('A regular expression for a name, in place of the usual rule.'),
});
const fields = z.record(z.string(), z.unknown());

/** A preset describes a system that companies search. An entry of connections.json adds what differs between companies:
 * the `values`. */
export const presetSchema = z
  .strictObject({
    title: text.describe('The name of the system.'),
    finds: text.describe('What people find in it: "issues, by words in their text".'),
    account: text.describe('With which account each person finds it: "Atlassian account".'),
    marksMatches: z.boolean().describe('Whether results show which words match.'),
    signOutRevokes: z.boolean().optional().describe('Of oidc: whether the issuer has a revocation endpoint.'),
    entry: z
      .strictObject({ id: text, title: text, commands: z.array(text).min(1) })
      .describe('The id, title and commands of an entry that has none of its own.'),
    values: z.record(z.string().regex(/^[a-z][A-Za-z]{2,}$/), valueSchema).describe('What an entry fills in.'),
    registration: z.array(text).min(1).describe('Steps at the vendor, in Markdown. <redirectUri> is the redirect URI.'),
    notes: z.array(text).min(1).describe('What people see, and limits, in Markdown.'),
    untried: text.optional().describe('What was not tried against the live service. Without it, all of it was.'),
    signIn: fields.describe('As in a connection, with <name> for a value.'),
    source: fields.describe('As in a connection, with <name> for a value.'),
  })
  .superRefine((preset, context) => {
    for (const message of misplacedValues(preset)) context.addIssue({ code: 'custom', message });
  });

export type Preset = z.infer<typeof presetSchema>;
export type PresetValue = z.infer<typeof valueSchema>;

/** @returns the names of all presets, sorted */
export function presetNames(): string[] {
  const files = FOLDER === undefined ? [] : readdirSync(FOLDER);
  return files
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();
}

/** @param name one of {@link presetNames}
 * @throws {Error} if the file is missing or is no preset */
export function readPreset(name: string): Preset {
  return presetSchema.parse(JSON.parse(readFileSync(`${FOLDER}${name}.json`, 'utf8')));
}

/** @returns `undefined` if there is no preset of this name
 * @throws {Error} if the file is no preset */
export function findPreset(name: string): Preset | undefined {
  return presetNames().includes(name) ? readPreset(name) : undefined;
}

const PLACEHOLDER = /<([a-z][A-Za-z]{2,})>/g;

/** Replaces each `<name>` in all texts, once.
 * @param lookUp returns `undefined` for a name that is no value, and `null` for a field that is left out */
export function fillIn(template: unknown, lookUp: (name: string) => string | null | undefined): unknown {
  if (typeof template === 'string') return template.replace(PLACEHOLDER, (all, name: string) => lookUp(name) ?? all);
  if (Array.isArray(template)) return template.map((entry) => fillIn(entry, lookUp));
  if (!isObject(template)) return template;
  const isLeftOut = (value: unknown) => lookUp(/^<(\w+)>$/.exec(asString(value))?.[1] ?? '') === null;
  const kept = Object.entries(template).filter(([, value]) => !isLeftOut(value));
  return Object.fromEntries(kept.map(([key, value]) => [key, fillIn(value, lookUp)]));
}

/** @returns the fields that have the value in them, such as `signIn.clientId` */
export function fieldsWith(preset: Pick<Preset, 'signIn' | 'source'>, name: string): string[] {
  return placesIn(preset).flatMap(([field, text]) => (text.includes(`<${name}>`) ? [field] : []));
}

function placesIn({ signIn, source }: Pick<Preset, 'signIn' | 'source'>): [field: string, text: string][] {
  const visit = (value: unknown, field: string): [string, string][] => {
    if (typeof value === 'string') return [[field, value]];
    const below = Array.isArray(value) || isObject(value) ? Object.entries(value as JsonObject) : [];
    return below.flatMap(([key, each]) => visit(each, `${field}.${key}`));
  };
  return [...visit(signIn, 'signIn'), ...visit(source, 'source')];
}

/** A text or a secret may have any characters, so it must not become a part of an address. */
function* misplacedValues(preset: Pick<Preset, 'values' | 'signIn' | 'source'>): Iterable<string> {
  const { values } = preset;
  for (const [field, text] of placesIn(preset)) {
    for (const [placeholder, name = ''] of text.matchAll(PLACEHOLDER)) {
      const value = values[name];
      if (!value) yield `${field} has ${placeholder}, which is not a value`;
      else if ((value.type === 'text' || value.type === 'secret') && text !== placeholder)
        yield `${field} has ${placeholder} in a text. Only an origin, url or name may be part of a text`;
    }
  }
  for (const [name, { type, optional }] of Object.entries(values)) {
    if (fieldsWith(preset, name).length === 0) yield `no field has <${name}>`;
    if (optional && type !== 'text' && type !== 'secret') yield `${name} cannot be optional, but can have a default`;
  }
}
