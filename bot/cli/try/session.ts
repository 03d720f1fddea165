import type { OAuthSignIn } from '../../config/sign-in-types.ts';
import { API_ANSWER, fetchText, networkErrorCode } from '../../platform/http-client.ts';
import { LatchkeyError } from '../../platform/latchkey-error.ts';
import { type Credential, type IdentityProvider, ProviderError } from '../../sign-in/providers/identity-provider.ts';
import { siteReader } from '../../sign-in/providers/oauth2/site.ts';
import type { User } from '../../sign-in/user.ts';
import { UsageError } from '../command.ts';
import type { Finding } from './findings/finding.ts';
import { revocationFindings, signInFindings } from './findings/sign-in-findings.ts';
import { askerFor, endTokens, type ReturnWay, returnWay, signInByBrowser } from './sign-in.ts';
import type { Trial } from './trial.ts';

/** A token to search with, and what is known of it. */
export interface Session {
  /** Absent if the sign-in failed: `findings` tell why. */
  token?: string;
  site: string | undefined;
  /** The provider issued the token a moment ago. */
  isSignedIn: boolean;
  notes: readonly string[];
  findings: readonly Finding[];
  /** Call it after the search. */
  end(): Promise<{ notes: string[]; findings: Finding[] }>;
}

/** @param token of the operator; without it, a person signs in by a browser
 * @throws {UsageError} if that is not possible */
export async function openSession(trial: Trial, token: string | undefined): Promise<Session> {
  return token === undefined ? sessionBySignIn(trial) : sessionWithToken(trial, token);
}

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs the work and then ends the session, also if the work fails or the operator stops the command (Ctrl+C). No store
 * knows the tokens of a try, so no later sign-out could end them.
 * @throws {LatchkeyError} if the operator stopped the work, or the work's error */
export async function endingTokens<T>(
  session: Session,
  work: (stop: AbortSignal) => Promise<T>,
): Promise<{ result: T; ended: Awaited<ReturnType<Session['end']>> }> {
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  for (const signal of STOP_SIGNALS) process.once(signal, onSignal);
  try {
    const [outcome] = await Promise.allSettled([work(stop.signal)]);
    const ended = await session.end();
    if (stop.signal.aborted) throw new LatchkeyError(['The try was stopped', ...ended.notes].join('. '));
    if (outcome.status === 'rejected') throw outcome.reason;
    return { result: outcome.value, ended };
  } finally {
    for (const signal of STOP_SIGNALS) process.off(signal, onSignal);
  }
}

const ENDED = async () => ({ notes: [], findings: [] });

async function sessionWithToken(trial: Trial, token: string): Promise<Session> {
  const { options, connection } = trial;
  const visible = 'Other processes on this machine can see --token: use LATCHKEY_TOKEN or --token-file instead';
  const notes = ['The search used the token that you gave', ...(options.token === undefined ? [] : [visible])];
  const found = await findSite(trial, token);
  const findings =
    found instanceof ProviderError
      ? signInFindings(
          { type: 'failed', at: 'exchange', error: found },
          { ...trial, signIn: connection.signIn as OAuthSignIn, way: NO_WAY },
        )
      : [];
  return {
    ...(findings.length === 0 && { token }),
    site: typeof found === 'string' ? found : undefined,
    isSignedIn: false,
    notes,
    findings,
    end: ENDED,
  };
}

const NO_WAY: ReturnWay = { redirectUri: '', by: 'paste', isRegistered: true };
const TIMEOUT_MS = 8_000;

/** The site that a sign-in would find. */
async function findSite({ connection, log }: Trial, token: string): Promise<string | ProviderError | undefined> {
  const { signIn } = connection;
  if (signIn.type !== 'oauth2' || signIn.site?.url === undefined) return undefined;
  const { url } = signIn.site;
  log.begin('sign-in');
  try {
    const headers = { accept: 'application/json', authorization: `Bearer ${token}` };
    const { status, text } = await fetchText({ url, headers, signal: AbortSignal.timeout(TIMEOUT_MS) }, API_ANSWER);
    if (status !== 200) return new ProviderError('unavailable', `signIn.site.url answered ${status}`);
    return siteReader(signIn.site)(JSON.parse(text));
  } catch (error) {
    if (error instanceof ProviderError) return error;
    return new ProviderError('unavailable', `signIn.site.url cannot be read (${networkErrorCode(error) ?? 'no JSON'})`);
  }
}

async function sessionBySignIn(trial: Trial): Promise<Session> {
  const { connection, definition, config, options } = trial;
  const { signIn } = connection;
  const { oauth } = definition;
  if (!oauth || signIn.type === 'tokenService' || signIn.type === 'teamsSso')
    throw new UsageError(
      `${connection.id} signs users in with ${signIn.type}, which needs Teams: set LATCHKEY_TOKEN or --token-file to an access token for the API`,
    );
  const way = returnWay(config.baseUrl, connection.id, options);
  const { provider } = oauth;
  const asker = askerFor(trial);
  const outcome = await signInByBrowser({ ...trial, provider, asker }, way);
  const findings = signInFindings(outcome, { ...trial, signIn, way });
  const gate = oauth.identityCheck ? ['The identity check (gate) was skipped, because it needs Teams'] : [];
  if (outcome.type !== 'signedIn')
    return { site: undefined, isSignedIn: false, notes: ['No search was made', ...gate], findings, end: ENDED };
  const { credential } = outcome;
  return {
    token: credential.accessToken,
    site: credential.site,
    isSignedIn: true,
    notes: [signedInAs(credential), ...gate],
    findings,
    end: () => endSession(trial, { provider, credential, asker }),
  };
}

function signedInAs({ account, scope, expiresAt, refreshToken }: Credential): string {
  const seconds = expiresAt === undefined ? undefined : Math.round((expiresAt - Date.now()) / 1000);
  const life = seconds === undefined ? 'that does not expire' : `for ${seconds} seconds`;
  const refresh = refreshToken === undefined ? 'no refresh token' : 'a refresh token';
  return `Signed in as ${account.name}; scopes: ${scope || 'none'}; a token ${life}, and ${refresh}`;
}

async function endSession(
  trial: Trial,
  { provider, credential, asker }: { provider: IdentityProvider; credential: Credential; asker: User },
): Promise<{ notes: string[]; findings: Finding[] }> {
  const revocation = await endTokens({ provider, log: trial.log }, credential, asker);
  const findings = revocationFindings(revocation);
  if (findings.length > 0 || revocation instanceof ProviderError) return { notes: [], findings };
  const note =
    revocation.outcome === 'revoked'
      ? 'The tokens of this try were revoked'
      : 'The tokens of this try stay valid until they expire: the provider cannot revoke them';
  return { notes: [note], findings };
}
