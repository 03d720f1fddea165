import * as z from 'zod';
import { asDate, isObject, labelOf } from '../../platform/json.ts';
import { parsePointer } from '../../platform/json-pointer.ts';
import { LANGUAGES } from '../../platform/language.ts';
import { joinNames, MAX_VALUE_LENGTH } from '../fact-values.ts';
import { FACT_COLORS, FACT_NAMES, type FactColor, type SourceFact, text, withSettingName } from '../source.ts';
import { readTitle } from '../text/html.ts';

const MAX_FACTS = 6;
const MAX_LIST = 100;
/** A date of ISO 8601. Other texts that can be read as a date stay texts: a version `1.2.3`, a number. */
const ISO_DATE = /^\d{4}-\d\d-\d\d(?:[Tt ]|$)/;
/** Where APIs have the name of a person, a status or a type, best first. */
const NAMES = [
  'displayName',
  'display_name',
  'display_value',
  'real_name',
  'fullName',
  'name',
  'Name',
  'plain_text',
  'value',
  'label',
  'title',
  'login',
  'username',
  'key',
  'email',
];
/** Numbers that are names have no separators: 4711, not 4,711. */
const IDENTIFIERS: readonly unknown[] = ['number', 'version'];
/** Colors of APIs, such as Jira's status categories. Others have none. */
const KNOWN_COLORS: ReadonlyMap<string, FactColor> = new Map([
  ...FACT_COLORS.map((color) => [color, color] as const),
  ...['green', 'success'].map((color) => [color, 'good'] as const),
  ...['yellow', 'orange', 'amber'].map((color) => [color, 'warning'] as const),
  ...['red', 'warm-red', 'danger', 'error', 'critical'].map((color) => [color, 'attention'] as const),
  ...['blue', 'purple', 'info', 'inprogress'].map((color) => [color, 'accent'] as const),
]);

export const factSettings = z
  .array(
    z.strictObject({
      label: z
        .union([z.enum(FACT_NAMES), text, z.partialRecord(z.enum(LANGUAGES), text)])
        .describe(`One of ${FACT_NAMES.join(', ')}, which are translated; or a text; or texts by language.`),
      value: z.string().describe('JSON pointer into an item: to a text, number, date, list, or a person.'),
      as: z
        .enum(['text', 'number', 'date'])
        .optional()
        .describe('What the value is, if its form does not say it: a date that is a number, a number that is a name.'),
      color: z
        .string()
        .optional()
        .describe('JSON pointer to what colors names, or to a color: green, yellow, red, blue. The default is value.'),
      colors: z.record(z.string(), z.enum(FACT_COLORS)).optional().describe('The color of a value, by the value.'),
    }),
  )
  .max(MAX_FACTS)
  .default([])
  .describe('Up to six more lines of a card, such as the status. The list of results shows the first two values.');

type FactSettings = z.infer<typeof factSettings>[number];

/** @param setting for errors
 * @throws {TypeError} for a pointer that cannot be read */
export function factsReader(settings: readonly FactSettings[], setting = 'fields'): (item: unknown) => SourceFact[] {
  const readers = settings.map((fact, at) => factReader(fact, `${setting}.facts[${at}]`));
  return (item) => readers.flatMap((read) => read(item) ?? []);
}

function factReader(fact: FactSettings, setting: string): (item: unknown) => SourceFact | undefined {
  const { label, as = IDENTIFIERS.includes(label) ? 'text' : undefined } = fact;
  const valueAt = withSettingName(`${setting}.value`, () => parsePointer(fact.value));
  const colorAt = withSettingName(`${setting}.color`, () => parsePointer(fact.color ?? fact.value));
  const colors = new Map(Object.entries(fact.colors ?? {}));
  const known: ReadonlyMap<string, FactColor> = fact.color === undefined ? new Map() : KNOWN_COLORS;
  return (item) => {
    const value = factValue(valueAt(item), as);
    if (value === undefined) return undefined;
    const name = colors.size + known.size > 0 ? textOf(colorAt(item)) : '';
    const color = colors.get(name) ?? known.get(name.toLowerCase());
    return { label, value, ...(color && { color }) };
  };
}

function factValue(found: unknown, as: FactSettings['as']): SourceFact['value'] | undefined {
  if (typeof found === 'boolean') return { term: found ? 'yes' : 'no' };
  if (as === 'date') return asDate(numberOf(found) ?? found);
  if (as === 'number') return numberOf(found);
  if (typeof found === 'number' && as === undefined) return Number.isFinite(found) ? found : undefined;
  const date = typeof found === 'string' && as === undefined && ISO_DATE.test(found) ? asDate(found) : undefined;
  return date ?? (textOf(found) || undefined);
}

function textOf(found: unknown): string {
  if (!Array.isArray(found)) return readTitle(nameOf(found), MAX_VALUE_LENGTH);
  return joinNames(found.slice(0, MAX_LIST).map((each) => readTitle(nameOf(each), MAX_VALUE_LENGTH)));
}

function nameOf(value: unknown): string {
  const name = isObject(value) ? (NAMES.map((each) => labelOf(value[each])).find(Boolean) ?? '') : labelOf(value);
  return withoutAddress(name);
}

/** `Ada Example <ada@contoso.example>`. In linear time: an API can send megabytes. */
function withoutAddress(name: string): string {
  const at = name.lastIndexOf('<');
  if (at < 1 || !name.endsWith('>')) return name;
  const [shown, address] = [name.slice(0, at), name.slice(at + 1, -1)];
  const isAddress = /^[^<>\s]+$/.test(address) && address.slice(1, -1).includes('@');
  return isAddress && !/[<>]/.test(shown) ? shown : name;
}

function numberOf(found: unknown): number | undefined {
  const isNumber =
    typeof found === 'number' || (typeof found === 'string' && /^-?\d{1,20}(?:\.\d{1,20})?$/.test(found));
  return isNumber && Number.isFinite(Number(found)) ? Number(found) : undefined;
}
