import * as z from 'zod';

/** Parameters of the authorization request that the bot sets itself. Another value would weaken the flow or break it.
 * `request` and `request_uri` could replace all of them (RFC 9101). */
export const OWN_AUTHORIZATION_PARAMETERS = [
  'response_type',
  'response_mode',
  'client_id',
  'redirect_uri',
  'state',
  'code_challenge',
  'code_challenge_method',
  'request',
  'request_uri',
];
export const OWN_TOKEN_PARAMETERS = [
  'grant_type',
  'code',
  'redirect_uri',
  'code_verifier',
  'refresh_token',
  'client_id',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
];

export const authorizationParameters = z
  .record(z.string(), z.string())
  .default({})
  .describe('More parameters of the authorization request, such as audience or prompt.');

/** T27, T28: reports each configured parameter that would replace one of the bot's own. */
export function refuseOwnParameters(
  context: z.RefinementCtx,
  field: string,
  parameters: Readonly<Record<string, string>>,
  own: readonly string[],
): void {
  for (const name of Object.keys(parameters)) {
    if (!own.includes(name)) continue;
    context.addIssue({
      code: 'custom',
      path: [field, name],
      message: 'must be left out: the bot sets this parameter itself',
    });
  }
}
