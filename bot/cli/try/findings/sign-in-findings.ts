import type { OAuthSignIn } from '../../../config/sign-in-types.ts';
import { asObject, asStrings, parseJsonObject } from '../../../platform/json.ts';
import { parsePointer } from '../../../platform/json-pointer.ts';
import { ProviderError, type Revocation } from '../../../sign-in/providers/identity-provider.ts';
import { causeOf } from '../../../sign-in/providers/oauth/token-response.ts';
import type { Preflight } from '../../preflight.ts';
import { shellUrl } from '../../shell-url.ts';
import { type Exchange, type ExchangeLog, jsonOf, refusalOf } from '../exchange-log.ts';
import { nearestPointers } from '../settings-trace.ts';
import type { ReturnWay, SignInOutcome } from '../sign-in.ts';
import { type Finding, isFinding } from './finding.ts';

interface SignInContext {
  signIn: OAuthSignIn;
  way: ReturnWay;
  log: ExchangeLog;
}

/** The mistakes that a sign-in shows. Each function is one mistake; the first that applies explains a failure. */
export function signInFindings(outcome: SignInOutcome, context: SignInContext): Finding[] {
  if (outcome.type === 'signedIn')
    return [unnamedAccount(outcome, context), shortLife(outcome, context), noRefreshToken(outcome, context)].filter(
      isFinding,
    );
  if (outcome.type === 'timeout') return [noAnswer(outcome, context)];
  if (outcome.type === 'refused') return [authorizationError(outcome.error, outcome.description, context)];
  if (outcome.type === 'preflight') return [preflightRefused(outcome.preflight, context)];
  const { error } = outcome;
  const mistakes = [
    providerNotReached,
    clientRefused,
    codeRefused,
    tokenUrlWrong,
    tokenAnswerUnread,
    fewerScopes,
    accountUnread,
    noSite,
    severalSites,
    siteUnread,
  ];
  for (const find of mistakes) {
    const finding = find(error, context);
    if (finding) return [finding];
  }
  return [signInFailed(error, outcome.at)];
}

function preflightRefused(preflight: Preflight, context: SignInContext): Finding {
  if (preflight.type === 'error') return authorizationError(preflight.error, preflight.description, context);
  if (preflight.type === 'unreachable')
    return {
      id: 'provider-unreachable',
      severity: 'error',
      field: fieldOfAddress(context.signIn, preflight.url),
      what: `This machine has no connection to ${new URL(preflight.url).host} (${preflight.code})`,
      fix: `Compare the address with that of your system, and ask it from this machine: curl -i ${shellUrl(addressOf(preflight.url))}`,
    };
  const { status, text } = preflight as Extract<Preflight, { status: number }>;
  const page = text === '' ? '' : `: "${text}"`;
  if (preflight.type === 'redirectUri') return redirectUriRefused(`answers ${status}${page}`, context);
  return {
    id: 'authorization-refused',
    severity: 'error',
    field: 'redirect URI',
    what: `The provider shows an error page instead of its sign-in (${status})${page}`,
    fix: `Register exactly ${context.way.redirectUri} at the provider. Then compare signIn.clientId, and the address of the authorization endpoint`,
  };
}

function redirectUriRefused(saw: string, { way }: SignInContext): Finding {
  return {
    id: 'redirect-uri-unregistered',
    severity: 'error',
    field: 'redirect URI',
    what: `The provider does not accept the redirect URI: it ${saw}`,
    fix: `Register exactly ${way.redirectUri} at the provider. One more slash or letter makes a different URI`,
  };
}

/** RFC 6749 section 4.1.2.1, and errors of providers. */
function authorizationError(error: string, description: string, context: SignInContext): Finding {
  const told = `The provider answers the authorization request with the error ${error}${description ? `: "${description}"` : ''}`;
  const finding = (id: string, field: string, fix: string): Finding => ({
    id,
    severity: 'error',
    field,
    what: told,
    fix,
  });
  if (/redirect/i.test(error)) return redirectUriRefused(`answers ${error}`, context);
  if (error === 'invalid_scope') return finding('scope-refused', 'signIn.scopes', scopeFix(context));
  if (error === 'unauthorized_client' || error === 'invalid_client')
    return finding(
      'client-refused',
      'signIn.clientId',
      'Compare signIn.clientId with the registration, and allow the authorization code flow there',
    );
  if (/consent_required|interaction_required|access_denied/.test(error) || /cancel/.test(error))
    return finding(
      'sign-in-refused',
      'signIn.scopes',
      'Choose to allow access. If you did, a policy of the provider or an administrator must allow the application and its scopes',
    );
  if (error === 'invalid_target' || error === 'invalid_resource')
    return finding(
      'resource-refused',
      'signIn.authorizationParameters',
      'Compare the resource or audience with the registration',
    );
  return finding(
    'authorization-error',
    'signIn',
    'Look the error up in the documentation of the provider; compare authorizationParameters, pkce and scopes',
  );
}

/** The discovery document tells which scopes there are. */
function scopeFix({ signIn, log }: SignInContext): string {
  const scopes = 'scopes' in signIn ? signIn.scopes : [];
  const listed = log.all
    .map((exchange) => asStrings(asObject(jsonOf(exchange)).scopes_supported))
    .find((each) => each.length > 0);
  const unknown = listed ? scopes.filter((scope) => !listed.includes(scope)) : [];
  if (unknown.length > 0) return `The provider does not list ${unknown.join(', ')}: remove or correct it`;
  return `Compare each of ${scopes.join(', ')} with the scopes of the provider and with those that the registration allows`;
}

function noAnswer(
  { seconds, strangers }: Extract<SignInOutcome, { type: 'timeout' }>,
  { way }: SignInContext,
): Finding {
  const others = strangers > 0 ? ` ${strangers} other requests were refused: they had another state.` : '';
  return {
    id: 'no-callback',
    severity: 'error',
    field: 'redirect URI',
    what: `The browser did not come back within ${seconds} seconds.${others}`,
    fix: `If the provider showed an error page, register exactly ${way.redirectUri} there. If you need longer, use --wait`,
  };
}

function providerNotReached(error: ProviderError, { signIn, log }: SignInContext): Finding | undefined {
  const unanswered = log.all.findLast(({ response }) => response === undefined);
  const isDiscovery = /discovery/.test(error.message);
  if (!isDiscovery && error.failure !== 'timeout' && !(error.failure === 'unavailable' && unanswered)) return undefined;
  const field = 'issuer' in signIn && signIn.type === 'oidc' ? 'signIn.issuer' : 'signIn';
  const at = log.all.at(-1);
  return {
    id: 'provider-unreachable',
    severity: 'error',
    field: at && !isDiscovery ? fieldOfAddress(signIn, at.url) : field,
    what: `The provider cannot be asked: ${error.message}`,
    fix: `Compare the address with the documentation of the provider, and ask it from this machine: curl -i ${at ? shellUrl(addressOf(at.url)) : ''}`,
  };
}

function tokenExchange(log: ExchangeLog): Exchange | undefined {
  return log
    .of('sign-in')
    .findLast(({ method, body = '' }) => method === 'POST' && body.includes('authorization_code'));
}

function clientRefused(_: ProviderError, { signIn, log }: SignInContext): Finding | undefined {
  const exchange = tokenExchange(log);
  const code = exchange && refusalOf(exchange);
  if (!exchange || code === undefined) return undefined;
  if (causeOf(code) !== 'client' && exchange.response?.status !== 401) return undefined;
  const isByKey = 'privateKey' in signIn && signIn.privateKey !== undefined;
  return {
    id: 'client-secret-refused',
    severity: 'error',
    field: isByKey ? 'signIn.privateKey' : 'signIn.clientSecret',
    what: `The token endpoint refuses the client (${code}): its secret is wrong or has expired${descriptionIn(exchange)}`,
    fix: isByKey
      ? 'Compare the key and keyId with the registration'
      : 'Make a new client secret at the provider. If it is right, signIn.clientAuthentication must be how the client is registered',
  };
}

function codeRefused(_: ProviderError, context: SignInContext): Finding | undefined {
  const exchange = tokenExchange(context.log);
  const code = exchange && refusalOf(exchange);
  if (!exchange || code === undefined || exchange.response?.status === 404) return undefined;
  const description = descriptionIn(exchange);
  if (/redirect/i.test(code + description)) return redirectUriRefused(`answers ${code}${description}`, context);
  const finding = (id: string, field: string, fix: string): Finding => ({
    id,
    severity: 'error',
    field,
    what: `The token endpoint refuses the authorization code (${code})${description}`,
    fix,
  });
  if (code === 'invalid_scope') return finding('scope-refused', 'signIn.scopes', scopeFix(context));
  if (code === 'unsupported_grant_type' || code === 'invalid_request')
    return finding(
      'token-request-refused',
      'signIn.tokenRequestFormat',
      'Compare tokenRequestFormat, tokenParameters and pkce with the documentation of the provider',
    );
  if (code === 'invalid_grant')
    return finding(
      'code-refused',
      'signIn.pkce',
      `Try once more. If it stays, compare signIn.pkce, and the redirect URI ${context.way.redirectUri}`,
    );
  return finding('token-request-refused', 'signIn.tokenUrl', 'Look the error up in the documentation of the provider');
}

/** The provider's words, in which it often names the fault. */
function descriptionIn({ response }: Exchange): string {
  const { error_description: words, message } = parseJsonObject(response?.text ?? '') ?? {};
  const told = [words, message].find((each) => typeof each === 'string' && each !== '');
  return told === undefined ? '' : `: "${told}"`;
}

function tokenUrlWrong(error: ProviderError, { signIn, log }: SignInContext): Finding | undefined {
  const exchange = tokenExchange(log);
  const { status = 200, text, headers } = exchange?.response ?? {};
  const isHtml = /html/i.test(headers?.['content-type'] ?? '') || /^\s*</.test(text ?? '');
  if (!exchange || (status !== 404 && status !== 405 && (status < 300 || status > 399) && !isHtml)) return undefined;
  return {
    id: 'token-url-wrong',
    severity: 'error',
    field: signIn.type === 'oauth2' ? 'signIn.tokenUrl' : 'signIn',
    what: `${addressOf(exchange.url)} is not a token endpoint: it answers ${status}${isHtml ? ' with HTML' : ''} (${error.message})`,
    fix: 'Compare the address with the documentation of the provider',
  };
}

function tokenAnswerUnread(error: ProviderError, { signIn, log }: SignInContext): Finding | undefined {
  const exchange = tokenExchange(log);
  const answer = exchange && jsonOf(exchange);
  if (signIn.type !== 'oauth2' || exchange?.response?.status !== 200 || answer === undefined) return undefined;
  const { accessToken } = signIn.token;
  if (typeof parsePointer(accessToken)(answer) !== 'string')
    return {
      id: 'pointer-finds-nothing',
      severity: 'error',
      field: 'signIn.token.accessToken',
      what: `${accessToken} finds no access token in the answer of the token endpoint`,
      fix: suggestion(nearestPointers(accessToken, answer)),
    };
  if (!/token_type/.test(error.message)) return undefined;
  return {
    id: 'token-type',
    severity: 'error',
    field: 'signIn.token.ignoreType',
    what: 'The token endpoint does not name the type Bearer (RFC 6749 section 5.1)',
    fix: 'If the API accepts the token as a bearer token: "token": { "ignoreType": true }',
  };
}

function fewerScopes({ failure, message }: ProviderError, { signIn, log }: SignInContext): Finding | undefined {
  if (failure !== 'insufficient_scope' || !/scopes/.test(message)) return undefined;
  const exchange = tokenExchange(log);
  const at = signIn.type === 'oauth2' ? signIn.token.scope : '/scope';
  const found = exchange && parsePointer(at)(jsonOf(exchange));
  const granted = typeof found === 'string' ? found.split(/[\s,]+/).filter(Boolean) : asStrings(found);
  const scopes = 'scopes' in signIn ? signIn.scopes : [];
  const missing = scopes.filter((scope) => !granted.includes(scope));
  return {
    id: 'scope-not-granted',
    severity: 'error',
    field: 'signIn.scopes',
    what: `The provider grants less than the scopes ask for: ${missing.join(', ') || 'it'} is missing; granted: ${granted.join(', ') || 'none'}`,
    fix: 'Allow the scope in the registration, or remove it from signIn.scopes. If you unticked it at the provider, try again',
  };
}

function accountUnread({ message }: ProviderError, { signIn, log }: SignInContext): Finding | undefined {
  if (signIn.type !== 'oauth2') return undefined;
  const { id, url } = signIn.account;
  const exchange = log.of('sign-in').findLast((each) => each.url === url) ?? tokenExchange(log);
  const status = url === undefined ? 200 : exchange?.response?.status;
  if (url !== undefined && exchange?.url === url && status !== 200)
    return {
      id: 'account-refused',
      severity: 'error',
      field: status === 403 ? 'signIn.scopes' : 'signIn.account.url',
      what: `${addressOf(url)} does not describe the account: it answers ${status ?? 'nothing'}`,
      fix:
        status === 403
          ? 'Add the scope that this address needs to signIn.scopes, and allow it in the registration'
          : 'Compare signIn.account.url with the documentation of the provider',
    };
  if (!message.includes('account.id')) return undefined;
  return {
    id: 'pointer-finds-nothing',
    severity: 'error',
    field: 'signIn.account.id',
    what: `${id} finds no id of the account in the answer of ${addressOf(exchange?.url ?? '')}`,
    fix: suggestion(exchange ? nearestPointers(id, jsonOf(exchange)) : []),
  };
}

/** The sites in the answer. */
function sitesIn({ signIn, log }: SignInContext): unknown[] {
  if (signIn.type !== 'oauth2' || !signIn.site) return [];
  const { url, items } = signIn.site;
  const exchange = url === undefined ? tokenExchange(log) : log.of('sign-in').findLast((each) => each.url === url);
  const found = exchange && parsePointer(items)(jsonOf(exchange));
  return Array.isArray(found) ? found : [found];
}

/** The sites that the account has, as addresses or ids. */
function sitesOf(context: SignInContext): string[] {
  const { signIn } = context;
  if (signIn.type !== 'oauth2' || !signIn.site) return [];
  const at = parsePointer(signIn.site.address ?? signIn.site.id);
  return sitesIn(context)
    .map(at)
    .filter((each) => typeof each === 'string');
}

function noSite({ failure, message }: ProviderError, context: SignInContext): Finding | undefined {
  const { signIn } = context;
  if (failure !== 'insufficient_scope' || signIn.type !== 'oauth2' || !signIn.site || !/site/.test(message))
    return undefined;
  const { only, id, address } = signIn.site;
  const [list, sites] = [sitesIn(context), sitesOf(context)];
  const hasSite = only === undefined || sites.some((each) => withoutSlash(each) === withoutSlash(only));
  const [site] = list;
  if (site !== undefined && sites.length === 0)
    return siteFinding(address === undefined ? 'id' : 'address', address ?? id, site);
  if (site !== undefined && hasSite) return siteFinding('id', id, site);
  return {
    id: 'site-not-granted',
    severity: 'error',
    field: only === undefined ? 'signIn.site.items' : 'signIn.site.only',
    what: `The account has no access to ${only ?? 'a site'}. It has: ${sites.join(', ') || 'no site'}`,
    fix:
      sites.length > 0
        ? 'Write one of these, or choose the site when you sign in'
        : 'Choose the site when you sign in; compare signIn.site.items with the answer',
  };
}

function withoutSlash(address: string): string {
  return address.replace(/\/$/, '');
}

function siteFinding(name: 'id' | 'address', pointer: string, site: unknown): Finding {
  return {
    id: 'pointer-finds-nothing',
    severity: 'error',
    field: `signIn.site.${name}`,
    what: `${pointer} finds no ${name === 'id' ? 'usable id' : 'address'} of a site`,
    fix: suggestion(nearestPointers(pointer, site)),
  };
}

function severalSites({ message }: ProviderError, context: SignInContext): Finding | undefined {
  if (!/several sites/.test(message)) return undefined;
  return {
    id: 'several-sites',
    severity: 'error',
    field: 'signIn.site.only',
    what: `The account has several sites: ${sitesOf(context).join(', ')}`,
    fix: 'Name one with signIn.site.only, together with signIn.site.address',
  };
}

function siteUnread({ message }: ProviderError, context: SignInContext): Finding | undefined {
  const { signIn } = context;
  if (signIn.type !== 'oauth2' || !signIn.site || !/site\.id/.test(message)) return undefined;
  return siteFinding('id', signIn.site.id, sitesIn(context)[0]);
}

function signInFailed({ message }: ProviderError, at: string): Finding {
  return {
    id: 'sign-in-failed',
    severity: 'error',
    field: 'signIn',
    what: `The sign-in fails (${message})`,
    fix:
      at === 'authorize'
        ? 'Compare the addresses of the provider'
        : 'Look at the last request above, and at docs/TROUBLESHOOTING.md',
  };
}

function unnamedAccount(
  { credential, unnamedBecause }: SignedInOutcome,
  { signIn }: SignInContext,
): Finding | undefined {
  if (!credential.account.unnamed) return undefined;
  return {
    id: 'account-unnamed',
    severity: 'warning',
    field: signIn.type === 'oauth2' ? 'signIn.account.name' : 'signIn.scopes',
    what: `Users see an id instead of the name of their account${unnamedBecause ? ` (${unnamedBecause})` : ''}`,
    fix:
      signIn.type === 'oauth2'
        ? 'Point signIn.account.name to a name that they know'
        : 'Add profile or email to signIn.scopes',
  };
}

type SignedInOutcome = Extract<SignInOutcome, { type: 'signedIn' }>;

const SHORT_LIFE_MS = 120_000;

function shortLife({ credential: { expiresAt } }: SignedInOutcome, { signIn }: SignInContext): Finding | undefined {
  if (expiresAt === undefined || expiresAt - Date.now() > SHORT_LIFE_MS) return undefined;
  return {
    id: 'token-short-lived',
    severity: 'warning',
    field: signIn.type === 'oauth2' ? 'signIn.token.expiresIn' : 'signIn',
    what: `The access token ends in ${Math.round((expiresAt - Date.now()) / 1000)} seconds`,
    fix: 'Let the provider issue tokens that live longer. If they do, point signIn.token.expiresIn to their lifetime in seconds',
  };
}

function noRefreshToken({ credential }: SignedInOutcome, { signIn }: SignInContext): Finding | undefined {
  if (credential.expiresAt === undefined || credential.refreshToken !== undefined) return undefined;
  return {
    id: 'no-refresh-token',
    severity: 'warning',
    field: 'signIn.scopes',
    what: 'The provider issues no refresh token: users must sign in again when the access token ends',
    fix: `Add offline_access to signIn.scopes, if the provider knows it${signIn.type === 'oauth2' ? '; or compare signIn.token.refreshToken with its answer' : ''}`,
  };
}

export function revocationFindings(revocation: Revocation | ProviderError): Finding[] {
  const error = revocation instanceof ProviderError ? revocation : 'error' in revocation ? revocation.error : undefined;
  if (!error) return [];
  return [
    {
      id: 'revocation-failed',
      severity: 'warning',
      field: 'signIn.revocationUrl',
      what: `The tokens of this try could not be revoked (${error.message}). They stay valid until they expire`,
      fix: 'Compare the address with the documentation of the provider; leave it out if it has none',
    },
  ];
}

function suggestion(nearest: readonly string[]): string {
  return nearest.length > 0 ? `The answer has ${nearest.join(', ')}` : 'The answer has no members: compare the address';
}

/** Without the query. */
function addressOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin + new URL(url).pathname : url;
}

/** Names the setting that holds the address. */
function fieldOfAddress(signIn: OAuthSignIn, url: string): string {
  if (signIn.type !== 'oauth2') return signIn.type === 'oidc' ? 'signIn.issuer' : 'signIn';
  const { authorizationUrl, tokenUrl, revocationUrl, account, site } = signIn;
  const fields = { authorizationUrl, tokenUrl, revocationUrl, 'account.url': account.url, 'site.url': site?.url };
  const found = Object.entries(fields).find(
    ([, address]) => address !== undefined && addressOf(address) === addressOf(url),
  );
  return found ? `signIn.${found[0]}` : 'signIn';
}
