import { afterAll, afterEach } from '@jest/globals';
import type { IdentityProvider, ProviderFailure, SignedIn } from '../../../bot/sign-in/providers/identity-provider.ts';
import { CLIENT } from '../../../local/people.ts';
import { ByzantineProvider, type Json } from '../../support/provider/byzantine-provider.ts';
import { begin } from './flow.ts';
import { type Change, GITHUB, type Kind } from './kinds.ts';

/* Sign-ins at a provider that answers as a test tells it to. */

/** A provider for this test file. It is correct again after each test, and stopped after the last one. */
export async function startByzantine(): Promise<ByzantineProvider> {
  const byzantine = await ByzantineProvider.start();
  afterEach(() => byzantine.reset());
  afterAll(() => byzantine.close());
  return byzantine;
}

/** The claims of an ID token that is accepted, without a nonce. */
export function goodClaims(kind: Kind, origin: string): Json {
  const iat = Math.floor(Date.now() / 1000);
  const standard = { iss: kind.issuer(origin), aud: CLIENT.id, sub: 'ada-over-there', iat, exp: iat + 3600 };
  return { ...standard, email: 'ada@contoso.example', ...kind.claims };
}

export interface Attempt {
  /** A new one for each half of the sign-in by default, because `forge` may change the metadata. */
  provider?: IdentityProvider;
  /** Makes the ID token from the claims of a valid one. */
  forge?: (claims: Json, byzantine: ByzantineProvider) => string | Promise<string>;
  /** The `iss` of the authorization response, if not the provider's own. */
  iss?: string | undefined;
}

/** A whole sign-in, with a valid ID token unless a test forges one. */
export async function signInAt(
  byzantine: ByzantineProvider,
  kind: Kind,
  { provider, forge = (claims) => byzantine.sign(claims), ...iss }: Attempt = {},
): Promise<SignedIn> {
  const { expected } = await begin(provider ?? kind.build(byzantine.origin));
  if (kind !== GITHUB) {
    byzantine.idToken = await forge({ ...goodClaims(kind, byzantine.origin), nonce: expected.nonce }, byzantine);
  }
  const response = { code: 'secret-code', oauthState: expected.oauthState, iss: expected.issuer, ...iss };
  return (provider ?? kind.build(byzantine.origin)).exchange(response, expected);
}

/** Short timeouts for tests that need a timeout. The usual ones for tests that a busy machine must not fail. */
export function timeoutsFor(failure: ProviderFailure): Change {
  return failure === 'timeout' ? { timeouts: { exchangeMs: 400, refreshMs: 400 } } : {};
}
