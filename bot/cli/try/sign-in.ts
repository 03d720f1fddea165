import { spawn } from 'node:child_process';
import { isLoopback } from '../../platform/safe-url.ts';
import { newAuthorization, redirectUriOf } from '../../sign-in/authorization.ts';
import {
  type Credential,
  type ExpectedResponse,
  type IdentityProvider,
  ProviderError,
  type Revocation,
  type SignedIn,
} from '../../sign-in/providers/identity-provider.ts';
import { parseGuid, type User } from '../../sign-in/user.ts';
import { type Options, UsageError } from '../command.ts';
import { type Preflight, preflight } from '../preflight.ts';
import { type CallbackAnswer, listenForCallback, PortInUse, readPastedAddress } from './callback.ts';
import type { Trial } from './trial.ts';

/** The port of the redirect URI on this machine, if BASE_URL is not loopback. */
const DEFAULT_PORT = 3990;
const DEFAULT_WAIT_SECONDS = 300;

/** How the browser comes back. */
export interface ReturnWay {
  redirectUri: string;
  /** `listen`: on this machine. `paste`: a person pastes the address of the browser. */
  by: 'listen' | 'paste';
  /** The redirect URI is that of the bot. Another one must be registered beside it. */
  isRegistered: boolean;
}

/** What came of a sign-in. */
export type SignInOutcome =
  | { type: 'signedIn'; credential: Credential; unnamedBecause: string | undefined }
  /** The provider refuses the authorization request, before any person signs in. */
  | { type: 'preflight'; preflight: Preflight }
  /** The provider cannot be asked, or does not accept the code. */
  | { type: 'failed'; at: 'authorize' | 'exchange'; error: ProviderError }
  /** The provider sent the browser back with an error. */
  | { type: 'refused'; error: string; description: string }
  | { type: 'timeout'; seconds: number; strangers: number };

interface SignInTrial extends Trial {
  provider: IdentityProvider;
  asker: User;
}

/** @throws {UsageError} for options that do not go together */
export function returnWay(baseUrl: string, id: string, { port, paste = false }: Options): ReturnWay {
  const registered = redirectUriOf(baseUrl, id);
  if (paste && port !== undefined) throw new UsageError('give --paste or --port, not both');
  if (paste) return { redirectUri: registered, by: 'paste', isRegistered: true };
  const { protocol } = new URL(baseUrl);
  if (port === undefined && isLoopback(new URL(baseUrl)) && protocol === 'http:')
    return { redirectUri: registered, by: 'listen', isRegistered: true };
  const redirectUri = redirectUriOf(`http://localhost:${port ?? DEFAULT_PORT}`, id);
  return { redirectUri, by: 'listen', isRegistered: redirectUri === registered };
}

/** @throws {UsageError} */
export function waitSeconds({ wait }: Options): number {
  if (wait === undefined) return DEFAULT_WAIT_SECONDS;
  if (!/^[1-9]\d{0,3}$/.test(wait)) throw new UsageError('--wait must be a number of seconds, 1 to 9999');
  return Number(wait);
}

/** @throws {UsageError} */
export function checkPort({ port }: Options): void {
  const isPort = port === undefined || (/^[1-9]\d{0,4}$/.test(port) && Number(port) <= 65535);
  if (!isPort) throw new UsageError('--port must be a port, 1 to 65535');
}

/** Entra signs people in in their own tenant, and there is no Teams user here. The object id is compared with nothing.
 * @throws {UsageError} if the tenant is not known */
export function askerFor({ config, connection, options }: Trial): User {
  const objectId = '00000000-0000-4000-8000-000000000001';
  if (connection.signIn.type !== 'entra') return { tenantId: '00000000-0000-4000-8000-000000000002', objectId };
  const given = parseGuid(options.tenant);
  if (options.tenant !== undefined && given === undefined) throw new UsageError('--tenant must be a tenant id, a GUID');
  const known = connection.tenants ?? [...(config.allowedTenants ?? [])];
  const tenantId = given ?? parseGuid(known.length === 1 ? known[0] : config.bot?.tenantId);
  if (tenantId !== undefined) return { tenantId, objectId };
  throw new UsageError(`${connection.id} signs users in to their own tenant: set --tenant <GUID> to yours`);
}

/** Signs a person in as the bot does, without Teams and without the store.
 * @throws {UsageError} if the port is in use, or the options do not go together */
export async function signInByBrowser(trial: SignInTrial, way: ReturnWay): Promise<SignInOutcome> {
  const { config, provider, asker, options, log } = trial;
  const { redirectUri } = way;
  const request = { asker, redirectUri, chooseAccount: false };
  const listener = way.by === 'listen' ? await listen(redirectUri) : undefined;
  try {
    log.begin('preflight');
    const rehearsal = await newAuthorization(provider, request);
    hide(trial, rehearsal.expected);
    const checked = await preflight(rehearsal.url, redirectUri, config.loopback);
    if (isFinal(checked, trial)) return { type: 'preflight', preflight: checked };
    if (checked.type === 'unreachable')
      tell(trial, `This machine does not reach ${new URL(checked.url).host} (${checked.code}). Your browser may.`);
    log.begin('sign-in');
    const { url, expected } = await newAuthorization(provider, request);
    hide(trial, expected);
    showAddress(trial, way, url);
    const seconds = waitSeconds(options);
    const answer = listener
      ? await listener.answer(expected, seconds * 1000)
      : await readPastedAddress(trial.environment.input, expected, seconds * 1000, () =>
          tell(trial, 'That is not the address. It begins with the redirect URI and has code= and state=.'),
        );
    if (!answer) return { type: 'timeout', seconds, strangers: listener?.refused ?? 0 };
    if ('error' in answer) return { type: 'refused', ...answer };
    return await exchange(trial, answer, expected);
  } catch (error) {
    if (error instanceof ProviderError) return { type: 'failed', at: 'authorize', error };
    throw error;
  } finally {
    listener?.close();
  }
}

/** No person can sign in. */
function isFinal(checked: Preflight, { connection: { signIn } }: Trial): boolean {
  if (checked.type === 'error' || checked.type === 'refused') return true;
  if (checked.type === 'redirectUri') return checked.isSure;
  if (checked.type !== 'unreachable') return false;
  // A network can have an authorization endpoint for browsers only. The token endpoint is for this machine.
  return signIn.type !== 'oauth2' || new URL(signIn.tokenUrl).origin === new URL(checked.url).origin;
}

async function listen(redirectUri: string) {
  try {
    return await listenForCallback(redirectUri);
  } catch (error) {
    if (!(error instanceof PortInUse)) throw error;
    throw new UsageError(
      `port ${new URL(redirectUri).port} is in use: stop the bot while you try, or choose another port with --port and register its redirect URI`,
    );
  }
}

function hide({ redaction }: SignInTrial, { oauthState, nonce, codeVerifier }: ExpectedResponse): void {
  for (const secret of [oauthState, nonce, codeVerifier]) redaction.add(secret);
}

async function exchange(
  { provider, redaction }: SignInTrial,
  { code, iss }: Extract<CallbackAnswer, { code: string }>,
  expected: ExpectedResponse,
): Promise<SignInOutcome> {
  redaction.add(code);
  try {
    const { credential, unnamedBecause }: SignedIn = await provider.exchange(
      { code, oauthState: expected.oauthState, iss },
      expected,
    );
    redaction.add(credential.accessToken);
    redaction.add(credential.refreshToken);
    return { type: 'signedIn', credential, unnamedBecause };
  } catch (error) {
    if (error instanceof ProviderError) return { type: 'failed', at: 'exchange', error };
    throw error;
  }
}

/** Ends the tokens of the try: no person uses them any more. */
export async function endTokens(
  { provider, log }: Pick<SignInTrial, 'provider' | 'log'>,
  { accessToken, refreshToken, issuer }: Credential,
  asker: User,
): Promise<Revocation | ProviderError> {
  log.begin('sign-out');
  try {
    return await provider.revoke({ accessToken, issuer, ...(refreshToken !== undefined && { refreshToken }) }, asker);
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
}

function showAddress(trial: SignInTrial, { redirectUri, by, isRegistered }: ReturnWay, url: string): void {
  if (!isRegistered)
    tell(
      trial,
      `The redirect URI of this try is ${redirectUri}\nRegister it at the provider, beside ${redirectUriOf(trial.config.baseUrl, trial.connection.id)}`,
    );
  tell(trial, `Sign in with a browser at this address:\n\n${url}\n`);
  if (by === 'paste') tell(trial, PASTE);
  else if (isTerminal(trial.environment.log)) openBrowser(url);
}

function tell({ environment }: SignInTrial, line: string): void {
  environment.log.write(`${line}\n`);
}

function isTerminal(stream: object): boolean {
  return 'isTTY' in stream && stream.isTTY === true;
}

/** The page of a running bot takes the code out of the address bar at once. It does not use up the code: the bot knows
 * no transaction of this state, and refuses it before any request to the provider. */
const PASTE = `The browser ends at the redirect URI. Copy that address, with code= and state=, and paste it here.
If the bot does not run, the address is in the address bar. The page of a running bot takes it out of there: open the
developer tools before you sign in, choose Network and "Preserve log", and copy the URL of the request to /auth/callback/.`;

const OPENERS: Partial<Record<NodeJS.Platform, [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Without a shell: the address comes from the provider's documents. The person has the address if this fails. */
function openBrowser(url: string): void {
  const [program, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...args, url], { detached: true, stdio: 'ignore' });
  child.on('error', () => undefined);
  child.unref();
}
