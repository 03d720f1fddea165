import * as z from 'zod';
import { asString, isObject, type JsonObject } from '../../platform/json.ts';
import { connectionSchema } from '../connection-schema.ts';
import { presetHint } from './hint.ts';
import { mergePatch } from './merge-patch.ts';
import { patchIssues } from './patch.ts';
import { fillIn, findPreset, type Preset } from './preset.ts';
import { presetValueSchema } from './value.ts';

type Issue = z.core.$ZodIssue;

/** The form of an entry with a preset. The values come out checked and normalized.
 * @param loopback whether `http` on loopback is allowed */
export function presetEntrySchema(name: string, { title, values }: Preset, loopback: boolean) {
  const { id, title: shown, commands, tenants, connectedAccount } = connectionSchema.shape;
  return z.strictObject({
    id,
    preset: z.literal(name).describe(`${title}: docs/connect/${name}.md.`),
    title: shown.optional(),
    commands: commands.optional(),
    tenants,
    connectedAccount,
    ...Object.fromEntries(Object.entries(values).map(([key, value]) => [key, presetValueSchema(value, loopback)])),
    signIn: changes.describe('Changes of the sign-in, as a JSON Merge Patch (RFC 7396): null removes a field.'),
    source: changes.describe('Changes of the source, as a JSON Merge Patch (RFC 7396): null removes a field.'),
  });
}

const changes = z.record(z.string(), z.unknown()).optional();

/** Turns each entry that has a preset into a connection in full.
 * @param file connections.json, with variables replaced
 * @param hasPlaceholder true for a value whose variable is missing: it is not checked
 * @returns the file, with `null` for each entry that has an issue, and the issues with their paths in the file */
export function expandPresets(
  file: unknown,
  loopback: boolean,
  hasPlaceholder: (path: string) => boolean,
): { file: unknown; issues: Issue[] } {
  if (!isObject(file) || !Array.isArray(file.connections)) return { file, issues: [] };
  const issues: Issue[] = [];
  const connections = file.connections.map((entry: unknown, index) => {
    if (!isObject(entry) || entry.preset === undefined) return entry;
    const result = expandEntry(entry, loopback);
    if ('connection' in result) return result.connection;
    const placed = result.issues.map((issue) => ({ ...issue, path: ['connections', index, ...issue.path] }));
    issues.push(...placed.filter(({ path }) => !hasPlaceholder(path.join('.'))));
    return null;
  });
  return { file: { ...file, connections }, issues };
}

/** @param entry of connections.json, with variables replaced */
export function expandEntry(entry: JsonObject, loopback: boolean): { connection: JsonObject } | { issues: Issue[] } {
  const name = asString(entry.preset);
  const preset = findPreset(name);
  if (!preset) return { issues: [unknownPreset(name)] };
  const parsed = presetEntrySchema(name, preset, loopback).safeParse(entry);
  const issues = [...(parsed.error?.issues ?? []), ...patchIssues(preset, entry)];
  if (!parsed.success || issues.length > 0) return { issues };
  return { connection: expand(preset, parsed.data) };
}

/** @param given the entry, with checked values and their defaults */
function expand(preset: Preset, { signIn = {}, source = {}, ...given }: JsonObject): JsonObject {
  const names = Object.keys(preset.values);
  const rest = Object.fromEntries(Object.entries(given).filter(([key]) => !names.includes(key)));
  const filled = (template: JsonObject) =>
    fillIn(template, (key) => (names.includes(key) ? ((given[key] as string | undefined) ?? null) : undefined));
  return {
    ...preset.entry,
    ...rest,
    signIn: mergePatch(filled(preset.signIn), signIn),
    source: mergePatch(filled(preset.source), source),
  };
}

/** Expands an entry whose variables are not replaced. A value with a variable stays as it is.
 * @returns the entry itself if its preset does not exist */
export function expandUnchecked(entry: JsonObject): JsonObject {
  const preset = findPreset(asString(entry.preset));
  if (!preset) return entry;
  const values = Object.entries(preset.values).map(([key, value]) => {
    const { data } = presetValueSchema(value, true).safeParse(entry[key]);
    return [key, data ?? entry[key]];
  });
  const { preset: _, ...connection } = expand(preset, { ...entry, ...Object.fromEntries(values) });
  return connection;
}

/** The fields that an entry of this preset can have; none if the value is no such entry. */
export function presetFields(entry: unknown): string[] {
  const name = isObject(entry) ? asString(entry.preset) : '';
  const preset = findPreset(name);
  return preset ? Object.keys(presetEntrySchema(name, preset, false).shape) : [];
}

function unknownPreset(name: string): Issue {
  const message = `must be the name of a preset: ${presetHint(name)}`;
  return { code: 'custom', path: ['preset'], message, input: undefined };
}
