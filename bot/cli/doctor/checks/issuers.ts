import { asObjects, asStrings, type JsonObject } from '../../../platform/json.ts';
import { isSafeUrl } from '../../../platform/safe-url.ts';
import { CLIENT_AUTHENTICATIONS } from '../../../sign-in/providers/oauth/oauth-client-options.ts';
import { shellUrl } from '../../shell-url.ts';
import type { Check, CheckContext, Issue } from '../check.ts';
import { describeFailure, hasResponse, type IssuerProbe, jsonOf } from '../probes/probe-all.ts';

/** In the order of use. */
const ENDPOINTS = ['authorization_endpoint', 'token_endpoint', 'jwks_uri', 'revocation_endpoint'];

function forEachIssuer(find: (probes: IssuerProbe, body: JsonObject, scene: CheckContext) => Issue[]): Check['find'] {
  return (scene) => {
    const { issuers } = scene.probes;
    const all = issuers.flatMap((probes) => {
      const body = jsonOf(probes.discovery);
      return body ? [{ probes, body }] : [];
    });
    if (all.length === 0) return { unchecked: issuers.length > 0 ? 'no issuer answered' : 'there is no issuer' };
    return all.flatMap(({ probes, body }) => find(probes, body, scene));
  };
}

export const issuerChecks: readonly Check[] = [
  {
    id: 'issuer-reachable',
    section: 'Network',
    severity: 'error',
    needs: ['CONNECTIONS_FILE'],
    why: 'The pop-up opens and says that the sign-in is not available.',
    requires: 'network',
    find: ({ probes: probe }) => [
      ...probe.issuers
        .filter(({ discovery }) => !jsonOf(discovery))
        .map(({ connectionId, discovery }) => ({
          what: `${connectionId}: ${discovery.url} ${describeFailure(discovery)}`,
          fix: `curl -i ${shellUrl(discovery.url)}   from this machine; correct signIn.issuer (or authority) of ${connectionId}, or let the firewall through`,
        })),
      ...probe.hosts
        .filter(({ response }) => !hasResponse(response) || response.status >= 500)
        .map(({ connectionId, field, response }) => ({
          what: `${connectionId}: ${response.url} ${describeFailure(response)}`,
          fix: `curl -i ${shellUrl(response.url)}   from this machine; correct signIn.${field} of ${connectionId}, or let the firewall through`,
        })),
    ],
  },
  {
    id: 'issuer-mismatch',
    section: 'Network',
    severity: 'error',
    needs: ['CONNECTIONS_FILE'],
    why: 'Every sign-in fails in its last step: the ID token names another issuer than the configured one.',
    requires: 'network',
    find: forEachIssuer((probes, body) => {
      const { connectionId, issuer } = probes;
      if (issuer === undefined || body.issuer === issuer) return [];
      const called = typeof body.issuer === 'string' ? body.issuer : 'nothing';
      return [{ what: `${connectionId}: ${issuer} calls itself ${called}`, fix: issuerFix(probes, issuer, called) }];
    }),
  },
  {
    id: 'issuer-pkce',
    section: 'Network',
    severity: 'error',
    needs: ['CONNECTIONS_FILE'],
    why: 'Latchkey always uses PKCE (S256). A provider without it refuses the sign-in, or does not protect the code.',
    requires: 'network',
    find: forEachIssuer(({ connectionId, type }, body) => {
      const methods = asStrings(body.code_challenge_methods_supported);
      // Entra supports S256 but does not list it.
      if (methods.includes('S256') || (methods.length === 0 && type === 'entra')) return [];
      return [
        {
          what: `${connectionId}: the issuer does not offer PKCE with S256`,
          fix: `Turn on PKCE (S256) for the client ${connectionId} uses at its provider`,
          ...(methods.length === 0 && { severity: 'warning' as const }),
        },
      ];
    }),
  },
  {
    id: 'issuer-client-authentication',
    section: 'Network',
    severity: 'warning',
    needs: ['CONNECTIONS_FILE'],
    why: 'If the client authenticates in another way than it is registered for, every sign-in fails with invalid_client.',
    requires: 'network',
    find: forEachIssuer(({ connectionId, type }, body, { project }) => {
      const signIn = project.settings.connections.find(({ id }) => id === connectionId)?.signIn;
      const listed = asStrings(body.token_endpoint_auth_methods_supported);
      if (type !== 'oidc' || signIn?.type !== 'oidc' || listed.length === 0) return [];
      const { clientAuthentication: chosen } = signIn;
      const known = CLIENT_AUTHENTICATIONS.filter((method) => listed.includes(method));
      const fix = `"clientAuthentication": "${known[0] ?? 'client_secret_basic'}"   in signIn of ${connectionId}, if its client is registered so`;
      if (chosen === undefined) {
        if (known.some((method) => method.startsWith('client_secret'))) return [];
        return [{ what: `${connectionId}: the issuer lists no client authentication with a secret`, fix }];
      }
      // Discovery has no name for Basic's raw form.
      if (listed.includes(chosen === 'client_secret_basic_raw' ? 'client_secret_basic' : chosen)) return [];
      return [{ what: `${connectionId}: the issuer does not list ${chosen}`, fix }];
    }),
  },
  {
    id: 'issuer-endpoints',
    section: 'Network',
    severity: 'error',
    needs: ['CONNECTIONS_FILE'],
    why: 'The bot refuses the sign-in before it begins: a password or a token would travel unencrypted.',
    requires: 'network',
    find: forEachIssuer(({ connectionId }, body, { project }) =>
      ENDPOINTS.filter((name) => body[name] !== undefined || name !== 'revocation_endpoint')
        .filter((name) => !isSafeUrl(body[name], project.settings.loopback))
        .map((name) => ({
          what: `${connectionId}: ${name} of the issuer is missing or not https`,
          fix: `Set the provider's public address to https; then its discovery document names ${name} rightly`,
        })),
    ),
  },
  {
    id: 'issuer-keys',
    section: 'Network',
    severity: 'error',
    needs: ['CONNECTIONS_FILE'],
    why: 'The bot cannot verify an ID token, so every sign-in fails in its last step.',
    requires: 'network',
    find: forEachIssuer(({ connectionId, keys }, body) => {
      if (typeof body.jwks_uri !== 'string' || !keys) return [];
      const usable = asObjects(jsonOf(keys)?.keys).some((key) => verifies(key, body));
      if (usable) return [];
      return [
        {
          what: `${connectionId}: ${keys.url} ${jsonOf(keys) ? 'contains no key that verifies an ID token' : describeFailure(keys)}`,
          fix: `curl -s ${shellUrl(keys.url)}   must show a signing key; publish one at the provider`,
        },
      ];
    }),
  },
];

/** Names only a usable issuer: its discovery document, below its name, contains that name.
 * @see OpenID Connect Discovery 1.0, section 4.3 */
function issuerFix({ connectionId, discovery, renamed }: IssuerProbe, issuer: string, called: string): string {
  const line = (name: string) => `"issuer": ${JSON.stringify(name)}   in signIn of ${connectionId}`;
  const b2c = b2cIssuer(issuer, called);
  if (b2c !== undefined) {
    return `In Azure AD B2C set the issuer claim of the user flow (Properties, Token compatibility) to the form with /tfp/; then ${line(b2c)}`;
  }
  if (called.includes('{tenantid}')) {
    return `"type": "entra"   in signIn of ${connectionId}, without issuer: each person signs in in their own tenant`;
  }
  if (renamed === undefined || jsonOf(renamed)?.issuer === called)
    return `${line(called)}, to the letter (a slash at the end counts)`;
  return `No issuer works here as it is: ${renamed.url} ${describeFailure(renamed)}. Set the provider's own name so that ${discovery.url} names ${issuer}`;
}

const GUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

/** Azure AD B2C policies have separate discovery documents but by default one issuer name, which has no document. The
 * fix names an issuer with the policy.
 * @see https://learn.microsoft.com/azure/active-directory-b2c/tokens-overview#compatibility */
function b2cIssuer(issuer: string, called: string): string | undefined {
  const [policy] = /(?<=\/)b2c_1a?_[^/?]+/i.exec(issuer) ?? [];
  const [tenant] = GUID.exec(called) ?? [];
  if (policy === undefined || tenant === undefined || called.includes('/tfp/')) return undefined;
  return `${new URL(issuer).origin}/tfp/${tenant}/${policy.toLowerCase()}/v2.0/`;
}

/** Azure AD B2C supports `offline_access` but does not list it. Without `scopes_supported`, any scope may be
 * supported. */
export function mayHaveOfflineAccess({ discovery }: IssuerProbe): boolean {
  const body = jsonOf(discovery);
  if (!Array.isArray(body?.scopes_supported)) return true;
  return asStrings(body.scopes_supported).includes('offline_access') || /\/b2c_1a?_/i.test(discovery.url);
}

/** RFC 7517: an asymmetric signature key for an algorithm that the issuer lists. */
function verifies({ kty, use, alg }: JsonObject, body: JsonObject): boolean {
  const algorithms = asStrings(body.id_token_signing_alg_values_supported);
  const asymmetric = kty === 'RSA' || kty === 'EC' || kty === 'OKP';
  return (
    asymmetric &&
    (use === undefined || use === 'sig') &&
    (typeof alg !== 'string' || !algorithms.length || algorithms.includes(alg))
  );
}
