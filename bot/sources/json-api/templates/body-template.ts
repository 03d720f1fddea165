import { isObject } from '../../../platform/json.ts';
import { checkPlaces, fillPlaces, hasPlace, numberFor, type PlaceName, type PlaceValues } from './places.ts';

export interface BodyTemplate {
  has(name: PlaceName): boolean;
  fill(values: PlaceValues): unknown;
}

/** JSON whose texts have places. A text that is only `{skip}`, `{count}` or `{page}` becomes a number. A member whose
 * place has no value is left out.
 * @throws {TypeError} for a place that is unsafe where it stands */
export function readBodyTemplate(body: unknown): BodyTemplate {
  const texts = textsIn(body);
  for (const text of texts) checkPlaces(text);
  return {
    has: (name) => texts.some((text) => hasPlace(text, name)),
    fill: (values) => fill(body, values),
  };
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
}

function fill(value: unknown, values: PlaceValues): unknown {
  if (typeof value === 'string') return numberFor(value, values) ?? fillPlaces(value, values, (text) => text);
  if (Array.isArray(value)) return value.map((each) => fill(each, values)).filter((each) => each !== undefined);
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([name, member]) => [name, fill(member, values)]);
  return Object.fromEntries(members.filter(([, member]) => member !== undefined));
}
