import * as z from 'zod';
import { parseGuid } from '../sign-in/user.ts';
import { signInSchema } from './sign-in-types.ts';
import { sourceSchema } from './source-types.ts';

export type ConnectionConfig = z.infer<typeof connectionSchema>;

const text = z.string().min(1);
/** Clients of these channels write the activities (T71). */
const CLIENT_WRITABLE_CHANNELS = ['directline', 'webchat', 'emulator', 'msteams', 'test'];
export const CONNECTION_ID = /^[a-z0-9][a-z0-9-]{0,31}$/;
/** A connection in full. An entry with a preset becomes one before it is checked: preset-entry.ts. */
export const connectionSchema = z.strictObject({
  id: z
    .string()
    .regex(CONNECTION_ID, 'must be 1 to 32 lower-case letters, digits or dashes')
    .describe(
      'The last part of the redirect URI, <BASE_URL>/auth/callback/<id>: lower-case letters, digits and dashes.',
    ),
  title: text.max(64).describe('The name that users read: "Sign in to <title>", "View in <title>".'),
  commands: z
    .array(text)
    .min(1)
    .describe('The ids of the search commands that search this connection. Connections can share a command.'),
  tenants: z
    .array(z.string().refine((value) => parseGuid(value) !== undefined, { message: 'must be a tenant id, a GUID' }))
    .min(1)
    .optional()
    .describe('The ids of the tenants whose users see and use this connection. Without it, all tenants do.'),
  signIn: signInSchema.describe('How users sign in. "type" decides which other fields there are: docs/SIGN-IN.md.'),
  /** Only channels whose service alone writes `AuthorizationToken` entities. */
  connectedAccount: z
    .strictObject({
      channels: z
        .array(z.string().regex(/^[a-z0-9]{1,32}$/))
        .min(1)
        .refine((channels) => !channels.some((channel) => CLIENT_WRITABLE_CHANNELS.includes(channel)), {
          message:
            'must name only channels whose own service writes the messages, so not directline, webchat, emulator or msteams',
        })
        .describe('The ids of the channels. Only channels whose own service writes AuthorizationToken entities.'),
      issuer: z.url().describe('The issuer of the tokens, exactly as their "iss" claim has it.'),
      audience: text.describe('The audience of the tokens, exactly as their "aud" claim has it.'),
    })
    .optional()
    .describe('Tokens of an account that users connect in the settings of a channel: docs/SIGN-IN.md.'),
  preset: z.string().optional().describe('The preset that the connection comes from. The bot sets it.'),
  source: sourceSchema.describe('The system to search. "type" decides which other fields there are: docs/SOURCES.md.'),
});
export const connectionsFileSchema = z.strictObject({
  $schema: z.string().optional().describe('The JSON Schema of this file, for editors. The bot ignores it.'),
  connections: z.array(connectionSchema).min(1).describe('One entry for each system to search.'),
});
