import { closest, distance } from 'fastest-levenshtein';
import * as z from 'zod';

/** The names of the fields that the schema has at a place of the value.
 * @param path of an object in the value */
export function knownFields(schema: z.core.$ZodType, value: unknown, path: readonly PropertyKey[]): string[] {
  const forms = formsOf(schema, value);
  const [key, ...rest] = path;
  if (key === undefined) return forms.flatMap((form) => (form instanceof z.ZodObject ? Object.keys(form.shape) : []));
  const below = (Object(value) as Record<PropertyKey, unknown>)[key];
  return forms.flatMap((form) => {
    const inner = innerSchema(form, key);
    return inner ? knownFields(inner, below, rest) : [];
  });
}

function innerSchema(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodArray) return schema.element;
  if (schema instanceof z.ZodRecord) return schema.valueType;
  if (schema instanceof z.ZodObject && typeof key === 'string' && Object.hasOwn(schema.shape, key))
    return schema.shape[key];
  return undefined;
}

/** Without wrappers. Of a union by `type`, only the form of the value's `type`. */
function formsOf(schema: z.core.$ZodType, value: unknown): z.core.$ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return formsOf(schema.unwrap(), value);
  if (schema instanceof z.ZodPipe) return formsOf(schema.in, value);
  if (!(schema instanceof z.ZodUnion)) return [schema];
  const forms = schema.options.flatMap((option) => formsOf(option, value));
  const { type } = Object(value) as { type?: unknown };
  const ofType = forms.filter(
    (form) => form instanceof z.ZodObject && form.shape.type && z.safeParse(form.shape.type, type).success,
  );
  return type !== undefined && ofType.length > 0 ? ofType : forms;
}

/** The field that a name with a mistake means, such as `client_id` or `titel`. */
export function nearestField(name: string, known: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  const same = known.find((field) => plain(field) === plain(name));
  if (same !== undefined || known.length === 0 || name.length < 4) return same;
  const nearest = closest(name, known);
  return distance(name, nearest) <= (nearest.length < 5 ? 1 : 2) ? nearest : undefined;
}
