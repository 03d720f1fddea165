import * as z from 'zod';
import { checkEntraCredential, entraAssertion, entraRegistration } from '../providers/entra/credential.ts';
import { entraProvider } from '../providers/entra.ts';
import type { SingleSignOn } from '../providers/identity-provider.ts';
import { entraAuthority, signInType, text } from '../providers/sign-in-type.ts';
import { OnBehalfOf, type OnBehalfOfOptions } from './on-behalf-of.ts';
import { MICROSOFT_HOSTS, type TeamsTokenOptions, TeamsTokenVerifier } from './teams-token.ts';

/** Also the token exchange URL of the token service's OAuth connection. */
export const resource = text.regex(/^api:\/\/\S+$/, "must be the registration's Application ID URI, api://…");

export const teamsSso = signInType({
  schema: z
    .strictObject({
      type: z.literal('teamsSso').describe('Single sign-on with Teams. Proves who signed in, without a window.'),
      authority: entraAuthority,
      ...entraRegistration,
      resource: resource.describe('The Application ID URI of the registration: api://…'),
      hosts: z
        .array(z.enum(MICROSOFT_HOSTS))
        .min(1)
        .default([...MICROSOFT_HOSTS])
        .describe('The Microsoft products whose clients may send a token.'),
      scopes: z
        .array(text)
        .min(1)
        .describe('The scopes to request: openid, profile, offline_access and those of the API.'),
    })
    .superRefine(checkEntraCredential),
  build: (settings, options) => {
    const assertion = entraAssertion(settings, settings.authority, options.identityEndpoint);
    const all = { ...settings, ...options, assertion };
    return { provider: entraProvider(all), sso: exchangeTeamsTokens(all) };
  },
  addresses: ({ authority }) => ({ authority }),
  providerUrl: ({ authority }) => authority,
  entra: true,
  openid: true,
});

/** Uses the Entra registration of the sign-in that it falls back to. */
function exchangeTeamsTokens(options: TeamsTokenOptions & OnBehalfOfOptions): SingleSignOn {
  const [tokens, onBehalfOf] = [new TeamsTokenVerifier(options), new OnBehalfOf(options)];
  return {
    resource: options.resource,
    refusalOf: (token, asker) => tokens.refusalOf(token, asker),
    exchange: (token, asker) => onBehalfOf.exchange(token, asker),
    evict: (asker) => onBehalfOf.evict(asker),
  };
}
