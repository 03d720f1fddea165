import { createHash, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { expect } from '@jest/globals';
import type {
  AuthorizationResponse,
  ExpectedResponse,
  IdentityProvider,
  ProviderFailure,
  Revocation,
  SignedIn,
} from '../../../bot/sign-in/providers/identity-provider.ts';
import { ProviderError } from '../../../bot/sign-in/providers/identity-provider.ts';
import type { User } from '../../../bot/sign-in/user.ts';
import type { CookieJar } from '../../../local/identity-provider/user-agent/cookie-jar.ts';
import { signInByPages } from '../../../local/identity-provider/user-agent/sign-in.ts';
import { ADA, PASSWORD, type Person } from '../../../local/people.ts';

export const REDIRECT_URI = 'http://localhost:41199/auth/callback/wiki';

export function askerOf({ tenantId, objectId }: Person): User {
  return { tenantId, objectId };
}

interface StartedFlow {
  url: URL;
  expected: ExpectedResponse;
}

/** Begins like sign-in.ts: returns the content of the transaction and the URL for the browser. */
export async function begin(
  provider: IdentityProvider,
  asker: User = askerOf(ADA),
  wishes: { chooseAccount?: boolean; selectAccountRefused?: boolean } = {},
): Promise<StartedFlow> {
  const [oauthState, nonce, codeVerifier] = [secret(), secret(), secret()];
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
  const redirectUri = REDIRECT_URI;
  const { url, issuer } = await provider.authorize({
    asker,
    redirectUri,
    oauthState,
    nonce,
    codeChallenge,
    chooseAccount: false,
    ...wishes,
  });
  return { url: new URL(url), expected: { asker, redirectUri, oauthState, nonce, codeVerifier, issuer } };
}

/** The body that the callback page would post. */
export async function signInAtPages(
  begun: StartedFlow,
  username: string,
  jar?: CookieJar,
): Promise<AuthorizationResponse> {
  const { callbackUrl } = await signInByPages({
    authorizationUrl: begun.url.href,
    username,
    password: PASSWORD,
    ...(jar ? { jar } : {}),
  });
  const query = new URL(callbackUrl).searchParams;
  return { code: query.get('code') ?? '', oauthState: query.get('state') ?? '', iss: query.get('iss') ?? undefined };
}

/** The whole sign-in on the provider's real pages. */
export async function signIn(
  provider: IdentityProvider,
  username: string,
  asker?: User,
  jar?: CookieJar,
): Promise<SignedIn> {
  const begun = await begin(provider, asker);
  return provider.exchange(await signInAtPages(begun, username, jar), begun.expected);
}

/** A revocation that must be tried again, as a rejection. */
export async function revocationOf(promise: Promise<Revocation>): Promise<Revocation> {
  const revocation = await promise;
  if (revocation.outcome === 'incomplete') throw revocation.error;
  return revocation;
}

/** Expects a refusal with these words for the log. The error contains no secret, personal or foreign text. */
export async function expectRefusal(
  promise: Promise<unknown>,
  failure: ProviderFailure,
  detail: RegExp,
): Promise<void> {
  const error = await promise.then(
    () => new Error('it was accepted'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProviderError)) throw error;
  expect({ failure: error.failure, message: error.message }).toEqual({
    failure,
    message: expect.stringMatching(detail),
  });
  expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(
    /secret-|eyJ|attacker|example|<html|client-secret/,
  );
}

function secret(): string {
  return randomBytes(32).toString('base64url');
}
