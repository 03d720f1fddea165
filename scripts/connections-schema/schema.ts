import * as z from 'zod';
import { connectionSchema, connectionsFileSchema } from '../../bot/config/connection-schema.ts';
import { presetEntrySchema } from '../../bot/config/preset/entry.ts';
import { presetNames, readPreset } from '../../bot/config/preset/preset.ts';
import { asObject, isObject } from '../../bot/platform/json.ts';

/** A value with a variable of the environment. The bot checks it after the variable is replaced, so an editor cannot. */
const VARIABLE = { pattern: String.raw`\$\{[A-Z][A-Z0-9_]*\}`, description: '${NAME}: taken from the environment.' };

/** Every URL of the file must be https, or http on loopback. `format: uri` would refuse the `{id}` of URL templates. */
const URL_PATTERN = '^https?://';

/** What JSON Schema says about a text, besides its type. */
const TEXT_RULES = ['pattern', 'enum', 'minLength', 'maxLength'] as const;

/** The JSON Schema of connections.json, made from the schemas that the bot checks the file with. Draft 7 is the version that
 * editors know best. It does not contain rules between fields; those are checked at the start and by the doctor. */
export function connectionsJsonSchema(): object {
  const { properties, ...schema } = toJsonSchema(connectionsFileSchema);
  const { connections, ...others } = properties ?? {};
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'connections.json of Latchkey',
    ...schema,
    properties: { ...others, connections: { ...Object(connections), items: entrySchema() } },
  };
}

/** An entry has a preset, or is a connection in full. `if` chooses one form by the preset. With `anyOf`, an editor would
 * show the mistakes of the form that it takes for the nearest: often those of another preset. */
function entrySchema(): object {
  const presets = presetNames().map((name) => [name, readPreset(name)] as const);
  const list = presets.map(([name, { title }]) => `${name} (${title})`).join(', ');
  return {
    type: 'object',
    properties: {
      preset: {
        description: `The system to search, if Latchkey knows it. The preset has its settings: ${list}.`,
        enum: presets.map(([name]) => name),
      },
    },
    if: { required: ['preset'], properties: { preset: {} } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
    then: {
      allOf: presets.map(([name, preset]) => ({
        if: { properties: { preset: { const: name } } },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
        then: toJsonSchema(presetEntrySchema(name, preset, false)),
      })),
    },
    else: toJsonSchema(connectionSchema.omit({ preset: true })),
  };
}

function toJsonSchema(schema: z.ZodType): z.core.JSONSchema.BaseSchema {
  const { $schema, ...json } = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-7',
    override: ({ jsonSchema }) => allowVariable(jsonSchema),
  });
  return chooseByType(json) as z.core.JSONSchema.BaseSchema;
}

/** Replaces each `oneOf` whose forms differ by `type`, for the reason of {@link entrySchema}. */
function chooseByType(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(chooseByType);
  if (!isObject(node)) return node;
  const below = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, chooseByType(value)]));
  const { oneOf, ...others } = below;
  const forms = Array.isArray(oneOf) ? oneOf.map(asObject) : [];
  const types = forms.map(({ properties }) => asObject(asObject(properties).type).const);
  if (forms.length < 2 || types.includes(undefined) || new Set(types).size < types.length) return below;
  return {
    ...others,
    type: 'object',
    required: ['type'],
    properties: { type: { description: 'Decides which other fields there are.', enum: types } },
    allOf: forms.map((form, at) => ({
      if: { required: ['type'], properties: { type: { const: types[at] } } },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
      then: form,
    })),
  };
}

/** Every text can be or contain a variable, except `type`, by which the kinds are told apart. */
function allowVariable(schema: z.core.JSONSchema.BaseSchema): void {
  if (schema.type !== 'string' || 'const' in schema) return;
  if (schema.format === 'uri') schema.pattern = URL_PATTERN;
  // zod has formats of its own beside the pattern, such as starts_with.
  delete schema.format;
  const found = TEXT_RULES.filter((rule) => rule in schema);
  // A variable is a text that is not empty.
  if (found.every((rule) => rule === 'minLength')) return;
  const rules = Object.fromEntries(found.map((rule) => [rule, schema[rule]]));
  for (const rule of found) delete schema[rule];
  schema.anyOf = [rules, VARIABLE];
}

/** The committed file's text. */
export function connectionsSchemaText(): string {
  return `${JSON.stringify(connectionsJsonSchema(), null, 2)}\n`;
}
