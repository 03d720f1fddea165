import { closest, distance } from 'fastest-levenshtein';
import type * as z from 'zod';
import { nearestField } from './known-fields.ts';

type Issue = z.core.$ZodIssue;

/** Replaces the issue of a union by the issues of the form with the fewest. */
export function issuesIn(issue: Issue): Issue[] {
  const forms = issue.code === 'invalid_union' ? issue.errors.filter((issues) => issues.length > 0) : [];
  // That the value has another type does not tell what to correct.
  const near = forms.filter(([first]) => first?.code !== 'invalid_type' || first.path.length > 0);
  const [nearest] = (near.length > 0 ? near : forms).toSorted((one, other) => one.length - other.length);
  return nearest?.flatMap((inner) => issuesIn({ ...inner, path: [...issue.path, ...inner.path] })) ?? [issue];
}

/** Does not quote a bad value: it may be a secret.
 * @param known the fields that exist at the place of the issue */
export function describeIssue(issue: Issue, missing: boolean, known: readonly string[] = []): string {
  switch (issue.code) {
    case 'invalid_type':
      return missing ? 'is missing' : `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'unrecognized_keys':
      return `has a field that is not known: ${issue.keys.map((key) => printable(key)).join(', ')}${hintAt(issue.keys, known)}`;
    case 'invalid_union':
      return `must be one of ${optionsOf(issue).join(', ')}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `must be at least ${issue.minimum}`
        : 'must not be empty';
    case 'too_big':
      return issue.origin === 'string'
        ? `must have at most ${issue.maximum} characters`
        : `must be at most ${issue.maximum}`;
    case 'invalid_format':
      return FORMATS[issue.format] ?? issue.message;
    default:
      return issue.message;
  }
}

function hintAt(keys: readonly string[], known: readonly string[]): string {
  const near = keys.flatMap((key) => nearestField(key, known) ?? []);
  if (near.length > 0) return `: did you mean ${[...new Set(near)].join(', ')}?`;
  return known.length > 0 ? `. It can have ${known.join(', ')}` : '';
}

/** zod's types omit the options of a discriminated union. */
function optionsOf(issue: Issue): string[] {
  const { options } = issue as { options?: unknown };
  return Array.isArray(options) ? options.map(String) : [];
}

const FORMATS: Readonly<Record<string, string>> = {
  url: 'must be a URL, such as https://wiki.example.com',
  starts_with: 'must start with /',
};

const TYPES: Readonly<Record<string, string>> = {
  string: 'text in double quotes',
  array: 'a list in brackets [ … ]',
  object: 'an object in braces { … }',
  record: 'an object in braces { … }',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
};

/** A secret in place of a name is long or has other characters. */
function printable(name: string): string {
  return /^[A-Za-z][A-Za-z0-9_-]{0,31}$/.test(name) ? `"${name}"` : 'one with an unusual name';
}

export function findMisspelt(name: string, known: readonly string[]): string | undefined {
  if (name.length < 6 || known.includes(name)) return undefined;
  const nearest = closest(name, known);
  return distance(name, nearest) <= Math.floor(nearest.length / 4) ? nearest : undefined;
}
