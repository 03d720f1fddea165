import type * as z from 'zod';
import { isObject, type JsonObject } from '../../platform/json.ts';
import { nearestField } from '../known-fields.ts';
import type { Preset } from './preset.ts';

type Issue = z.core.$ZodIssue;

/** Mistakes in the changes of an entry that the schema of the full connection cannot tell, or tells badly. */
export function patchIssues({ signIn, source, values }: Preset, entry: JsonObject): Issue[] {
  const names = Object.keys(values);
  return Object.entries({ signIn, source }).flatMap(([field, settings]) => {
    const patch = entry[field];
    if (!isObject(patch)) return [];
    return [...typeIssues(settings, patch, field), ...visit(settings, patch, [field], names)];
  });
}

/** The other settings of the preset do not fit another type. */
function typeIssues({ type }: JsonObject, patch: JsonObject, field: string): Issue[] {
  if (patch.type === undefined || patch.type === type) return [];
  const message = `must be ${String(type)}, as in the preset. For another type, write the entry without "preset"`;
  return [issueAt([field, 'type'], message)];
}

function visit(settings: unknown, patch: unknown, path: PropertyKey[], names: readonly string[]): Issue[] {
  if (typeof patch === 'string') {
    const name = names.find((each) => patch.includes(`<${each}>`));
    return name === undefined
      ? []
      : [issueAt(path, `has <${name}>, which is allowed only in a preset file: write the value`)];
  }
  if (Array.isArray(patch)) return patch.flatMap((each, index) => visit(undefined, each, [...path, index], names));
  if (!isObject(patch)) return [];
  const known: JsonObject = isObject(settings) ? settings : {};
  return Object.entries(patch).flatMap(([key, value]): Issue[] => {
    // zod leaves this key out of a record.
    if (key === '__proto__') return [issueAt(path, 'has a field that is not known: __proto__')];
    const below = Object.hasOwn(known, key) ? known[key] : undefined;
    const near = value === null && below === undefined ? nearestField(key, Object.keys(known)) : undefined;
    if (near !== undefined)
      return [issueAt([...path, key], `is not a setting of the preset, so null has no effect: did you mean ${near}?`)];
    return visit(below, value, [...path, key], names);
  });
}

function issueAt(path: PropertyKey[], message: string): Issue {
  return { code: 'custom', path, message, input: undefined };
}
