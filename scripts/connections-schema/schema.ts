import * as z from 'zod';
import { connectionSchema, connectionsFileSchema } from '../../bot/config/connection-schema.ts';
import { presetNames, readPreset } from '../../bot/config/preset.ts';
import { presetEntrySchema } from '../../bot/config/preset-entry.ts';

/** A value with a variable of the environment. The bot checks it after the variable is replaced, so an editor cannot. */
const VARIABLE = { pattern: String.raw`\$\{[A-Z][A-Z0-9_]*\}`, description: '${NAME}: taken from the environment.' };

/** Every URL of the file must be https, or http on loopback. `format: uri` would refuse the `{id}` of URL templates. */
const URL_PATTERN = '^https?://';

/** What JSON Schema says about a text, besides its type. */
const TEXT_RULES = ['pattern', 'enum', 'minLength', 'maxLength'] as const;

/** The JSON Schema of connections.json, made from the schema that the bot checks the file with. Draft 7 is the version that
 * editors know best. It does not contain rules between fields; those are checked at the start and by the doctor. */
export function connectionsJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(withPresets(), {
    io: 'input',
    target: 'draft-7',
    override: ({ jsonSchema }) => allowVariable(jsonSchema),
  });
  return { $schema, title: 'connections.json of Latchkey', ...schema };
}

/** An entry has a preset, or is a connection in full. */
function withPresets() {
  const entries = presetNames().map((name) => presetEntrySchema(name, readPreset(name), false));
  const forms = [connectionSchema.omit({ preset: true }), ...entries] as const;
  return connectionsFileSchema.extend({
    connections: z.array(z.union(forms)).min(1).describe('One entry for each system to search.'),
  });
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
