import * as z from 'zod';
import { parsePointer } from '../../../platform/json-pointer.ts';
import { CLIENT_AUTHENTICATIONS } from '../oauth/oauth-client-options.ts';
import {
  authorizationParameters,
  OWN_AUTHORIZATION_PARAMETERS,
  OWN_TOKEN_PARAMETERS,
  refuseOwnParameters,
} from '../oauth/request-parameters.ts';
import { identityCheck, text } from '../sign-in-type.ts';

const pointer = z.string().refine(isPointer, {
  message: 'must be a JSON pointer (RFC 6901), which begins with /, such as /authed_user/access_token',
});

/** The HTTP client or the bot sets these. */
const OWN_HEADERS = /^(authorization|cookie|host|connection|content-.*|transfer-encoding|proxy-.*)$/i;
/** RFC 9110 section 5. */
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;
const HEADER_VALUE = /^[\x20-\x7e]*$/;

const tokenAnswer = z
  .strictObject({
    accessToken: pointer.default('/access_token').describe('Points to the access token.'),
    refreshToken: pointer.default('/refresh_token').describe('Points to the refresh token.'),
    expiresIn: pointer.default('/expires_in').describe('Points to the lifetime of the access token in seconds.'),
    scope: pointer.default('/scope').describe('Points to the granted scopes.'),
    error: pointer.default('/error').describe('Points to the error code, also in an answer with status 200.'),
    endedErrors: z
      .array(text)
      .default([])
      .describe('More error codes that mean: the grant has ended, and the user has to sign in again.'),
    ignoreType: z
      .boolean()
      .default(false)
      .describe('Take the token as a bearer token, whatever token_type says or if it is missing.'),
  })
  .describe('JSON pointers into the answer of tokenUrl, if it is not that of RFC 6749.');

const account = z
  .strictObject({
    url: z
      .url()
      .optional()
      .describe('The address that describes the owner of an access token. Without it, tokenUrl’s answer does.'),
    method: z.enum(['GET', 'POST']).default('GET').describe('How to ask url. A POST sends an empty JSON object.'),
    id: pointer.describe('JSON pointer to the id of the account, which never changes.'),
    name: pointer.optional().describe('JSON pointer to a name that the user recognises.'),
    email: pointer.optional().describe('JSON pointer to the e-mail address, shown if there is no name.'),
    headers: z
      .record(z.string(), z.string())
      .default({})
      .superRefine((headers, context) => {
        for (const [name, value] of Object.entries(headers)) {
          const message = headerProblem(name, value);
          if (message !== undefined) context.addIssue({ code: 'custom', path: [name], message });
        }
      })
      .describe('More headers of the request. No secrets.'),
  })
  .describe('Where the provider says whose account it is. The user confirms it.');

const site = z
  .strictObject({
    url: z
      .url()
      .optional()
      .describe('The address that lists the sites of the user. Without it, tokenUrl’s answer has the site.'),
    items: pointer.default('').describe('JSON pointer to the list. An empty text is the whole answer.'),
    id: pointer.describe('JSON pointer to what replaces {site} in the addresses of the source.'),
    address: pointer.optional().describe('JSON pointer to the address of a site, to compare with only.'),
    only: z.url().optional().describe('The address of the one site to search. Required if a user may have several.'),
  })
  .refine(({ address, only }) => (address === undefined) === (only === undefined), {
    path: ['only'],
    message: 'belongs together with site.address: set both or none',
  })
  .describe('Finds the site of the user, for APIs whose addresses contain it: {site} in the source.');

export const oauth2Settings = z
  .strictObject({
    type: z.literal('oauth2').describe('Any OAuth 2.0 provider, without ID tokens. The user confirms who signed in.'),
    authorizationUrl: z.url().describe('The authorization endpoint of the provider.'),
    tokenUrl: z.url().describe('The token endpoint of the provider.'),
    revocationUrl: z.url().optional().describe('Where the provider revokes tokens (RFC 7009), if it does.'),
    issuer: z.url().optional().describe('The iss that the provider adds to its redirect (RFC 9207), if it does.'),
    clientId: text.describe('The client id of the registration at the provider.'),
    clientSecret: z
      .string()
      .default('')
      .describe('The client secret. Write "${NAME}" to take it from the environment.'),
    clientAuthentication: z
      .enum(CLIENT_AUTHENTICATIONS)
      .default('client_secret_basic')
      .describe('How the client authenticates at the token endpoint.'),
    privateKey: text
      .optional()
      .describe(
        'The private key for private_key_jwt, as PEM (PKCS #8). Write "${NAME}" to take it from the environment.',
      ),
    keyId: text.optional().describe('The id of the key (kid), if the provider needs it.'),
    pkce: z
      .enum(['S256', 'none'])
      .default('S256')
      .describe('PKCE (RFC 7636). Use "none" only if the provider refuses it.'),
    scopes: z.array(text).default([]).describe('The scopes to request.'),
    scopeSeparator: z.enum([' ', ',']).default(' ').describe('The text between two scopes.'),
    scopeParameter: text.default('scope').describe('The name of the parameter with the scopes. Slack: user_scope.'),
    authorizationParameters,
    tokenParameters: z.record(z.string(), z.string()).default({}).describe('More parameters of each token request.'),
    tokenRequestFormat: z.enum(['form', 'json']).default('form').describe('How the token request has its parameters.'),
    refreshRedirectUri: z
      .boolean()
      .default(false)
      .describe('Whether a refresh repeats the redirect URI. Jira and Confluence Data Center expect it.'),
    token: tokenAnswer.prefault({}),
    account,
    site: site.optional(),
    gate: identityCheck.optional(),
  })
  .refine(({ clientAuthentication: by, clientSecret }) => !by.startsWith('client_secret') || clientSecret !== '', {
    path: ['clientSecret'],
    message: 'must not be empty, unless clientAuthentication is "none" or "private_key_jwt"',
  })
  .refine(({ clientAuthentication: by, privateKey }) => by !== 'private_key_jwt' || privateKey !== undefined, {
    path: ['privateKey'],
    message: 'is missing: clientAuthentication "private_key_jwt" needs it',
  })
  .refine(({ clientAuthentication: by, privateKey }) => by === 'private_key_jwt' || privateKey === undefined, {
    path: ['privateKey'],
    message: 'must not be there, unless clientAuthentication is "private_key_jwt"',
  })
  .refine(({ clientAuthentication, pkce }) => clientAuthentication !== 'none' || pkce !== 'none', {
    path: ['pkce'],
    message: 'must be "S256" for a public client (clientAuthentication "none")',
  })
  .superRefine(({ authorizationParameters, tokenParameters, scopeParameter }, context) => {
    const own = [...OWN_AUTHORIZATION_PARAMETERS, scopeParameter];
    refuseOwnParameters(context, 'authorizationParameters', authorizationParameters, own);
    refuseOwnParameters(context, 'tokenParameters', tokenParameters, OWN_TOKEN_PARAMETERS);
    if (OWN_AUTHORIZATION_PARAMETERS.includes(scopeParameter))
      context.addIssue({
        code: 'custom',
        path: ['scopeParameter'],
        message: `must not be ${scopeParameter}: the bot sets this parameter itself`,
      });
  });

export type OAuth2Settings = z.infer<typeof oauth2Settings>;

function headerProblem(name: string, value: string): string | undefined {
  if (!HEADER_NAME.test(name)) return 'is not a valid name of a header';
  if (OWN_HEADERS.test(name)) return 'must be left out: the bot sets this header itself';
  return HEADER_VALUE.test(value) ? undefined : 'must be printable ASCII, on one line';
}

function isPointer(value: string): boolean {
  try {
    parsePointer(value);
    return true;
  } catch {
    return false;
  }
}
