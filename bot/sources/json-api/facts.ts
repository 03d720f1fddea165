import * as z from 'zod';
import { asDate, asObject, asString, isObject, labelOf } from '../../platform/json.ts';
import { parsePointer } from '../../platform/json-pointer.ts';
import { FACT_NAMES, type SourceFact, text, withSettingName } from '../source.ts';
import { oneLine } from '../text/snippet.ts';

const MAX_FACTS = 6;
const MAX_VALUE_LENGTH = 100;
const MAX_LIST = 5;
/** A date of ISO 8601. Other texts that can be read as a date stay texts: a version `1.2.3`, a number. */
const ISO_DATE = /^\d{4}-\d\d-\d\d(?:[Tt ]|$)/;
/** Where APIs have the name of a person, a status or a type, best first. */
const NAMES = ['displayName', 'display_name', 'name', 'value', 'label', 'title', 'login', 'username', 'email'];

export const factSettings = z
  .array(
    z.strictObject({
      label: z
        .union([z.enum(FACT_NAMES), text, z.record(z.string(), text)])
        .describe(`One of ${FACT_NAMES.join(', ')}, which are translated; or a text; or texts by language.`),
      value: z.string().describe('JSON pointer into an item: to a text, number, date, list, or a person.'),
      colors: z
        .record(z.string(), z.enum(['good', 'warning', 'attention', 'accent']))
        .optional()
        .describe('The color of a value, by the value.'),
    }),
  )
  .max(MAX_FACTS)
  .default([])
  .describe('Up to six more lines of a card, such as the status.');

/** @throws {TypeError} for a pointer that cannot be read */
export function factsReader(settings: z.infer<typeof factSettings>): (item: unknown) => SourceFact[] {
  const facts = settings.map(({ value, ...fact }, at) => ({
    ...fact,
    at: withSettingName(`fields.facts[${at}].value`, () => parsePointer(value)),
  }));
  return (item) =>
    facts.flatMap(({ label, colors, at }) => {
      const value = valueOf(at(item));
      if (value === undefined) return [];
      const color = colors?.[String(value)];
      return [{ label, value, ...(color && { color }) }];
    });
}

function valueOf(found: unknown): SourceFact['value'] | undefined {
  if (typeof found === 'number') return Number.isFinite(found) ? found : undefined;
  if (typeof found === 'string' && ISO_DATE.test(found)) return asDate(found) ?? oneLine(found, MAX_VALUE_LENGTH);
  const value = Array.isArray(found) ? found.slice(0, MAX_LIST).map(nameOf).filter(Boolean).join(', ') : nameOf(found);
  return oneLine(value, MAX_VALUE_LENGTH) || undefined;
}

function nameOf(value: unknown): string {
  if (!isObject(value)) return labelOf(value);
  return NAMES.map((name) => asString(asObject(value)[name])).find(Boolean) ?? '';
}
