import type { AuthorizationResponse } from './authorization-response.ts';

export interface TeamsUser {
  /** Entra's object id. */
  id: string;
  tenantId: string;
  /** Usually an e-mail address. */
  signInName: string | undefined;
}

/** `proven`: the provider's token will prove the user, so the sign-in needs no message to Teams. */
export interface Started {
  authorizationUrl: string;
  proven: boolean;
  /** The user is this Web Chat browser, so Teams gets no message. */
  inBrowser: boolean;
}

export type Completion =
  /** This window continues to another identity provider. */
  | { next: 'continue'; authorizationUrl: string }
  | { next: 'done'; securityCode: string; proven: boolean; inBrowser: boolean }
  | {
      next: 'confirm';
      confirmation: string;
      asker: string;
      tenant: string | undefined;
      /** Teams confirmed that its user is the one who searched. */
      isAskersTeams: boolean;
      account: Account;
      connection: string;
      again: string | undefined;
    }
  | { next: 'cancelled' };

/** `unnamed`: `name` is an id, because the provider sent no name. */
export interface Account {
  name: string;
  unnamed: boolean;
}

export type Decision = 'connect' | 'cancel';

export interface ApiErrorOptions {
  expected?: string | undefined;
  used?: Account | undefined;
  again?: string | undefined;
  cause?: unknown;
}

/** `code` of a problem body (RFC 9457), or `page.offline`, `page.timeout`, `page.unexpected`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  /** The name of the expected user, for `signin.identity_mismatch` and `signin.other_teams_user`. */
  readonly expected: string | undefined;
  /** For `signin.identity_mismatch`: the account that signed in, and a ticket for another sign-in. */
  readonly used: Account | undefined;
  readonly again: string | undefined;

  constructor(code: string, options: ApiErrorOptions = {}) {
    super(code, { cause: options.cause });
    this.code = code;
    this.expected = options.expected;
    this.used = options.used;
    this.again = options.again;
  }
}

/** @throws {ApiError} like all functions below */
export async function start(ticket: string, user: TeamsUser | undefined): Promise<Started> {
  const response = await post('start', { ticket, ...asMember(user) });
  return {
    authorizationUrl: address(response.authorizationUrl),
    proven: response.proven === true,
    inBrowser: response.inBrowser === true,
  };
}

export async function complete(response: AuthorizationResponse, user: TeamsUser | undefined): Promise<Completion> {
  return readCompletion(await post('complete', { ...response, ...asMember(user) }));
}

export async function confirm(
  decision: Decision,
  confirmation: string,
  user: TeamsUser | undefined,
): Promise<Completion> {
  return readCompletion(await post('confirm', { decision, confirmation, ...asMember(user) }));
}

/** The server does not need the name. */
function asMember(user: TeamsUser | undefined): { teamsUser?: { id: string; tenantId: string } } {
  return user ? { teamsUser: { id: user.id, tenantId: user.tenantId } } : {};
}

export interface SettingsView {
  asker: string;
  connections: SettingsConnection[];
}

export interface SettingsConnection {
  id: string;
  title: string;
  account: Account | undefined;
  /** Whether the user can limit searches to this connection, or has done so. */
  choice: 'none' | 'one of several' | 'chosen';
}

/** @param ticket absent after a reload */
export async function openSettings(ticket: string | undefined, user: TeamsUser | undefined): Promise<SettingsView> {
  return readSettings(await post('settings', { ...(ticket !== undefined && { ticket }), ...asMember(user) }));
}

/** @param connection default: all */
export async function signOut(connection?: string): Promise<SettingsView> {
  return readSettings(await post('settings/sign-out', connection === undefined ? {} : { connection }));
}

export async function connect(
  connection: string,
  switchAccount: boolean,
  user: TeamsUser | undefined,
): Promise<string> {
  const response = await post('settings/connect', { connection, switchAccount, ...asMember(user) });
  return address(response.authorizationUrl);
}

/** @param connection default: search all */
export async function setDefault(connection?: string): Promise<SettingsView> {
  return readSettings(await post('settings/default', connection === undefined ? {} : { connection }));
}

function readSettings(response: Fields): SettingsView {
  const { connections, shared, defaultConnection } = response;
  if (!Array.isArray(connections) || !Array.isArray(shared)) throw new ApiError('page.unexpected');
  const choiceOf = (id: string) =>
    !shared.includes(id) ? 'none' : id === defaultConnection ? 'chosen' : 'one of several';
  const read = (value: unknown): SettingsConnection => {
    const { id, title, account } = fields(value);
    const shown = account === undefined ? undefined : readAccount(account);
    return { id: text(id), title: text(title), account: shown, choice: choiceOf(text(id)) };
  };
  return { asker: text(fields(response.asker).name), connections: connections.map(read) };
}

export function abandon(confirmation: string): void {
  // The page cannot show an error. The pending credential expires.
  request('confirm', { decision: 'cancel', confirmation }, { keepalive: true }).catch(() => undefined);
}

function readCompletion(response: Fields): Completion {
  if (response.next === 'continue') return { next: 'continue', authorizationUrl: address(response.authorizationUrl) };
  if (response.next === 'cancelled') return { next: 'cancelled' };
  if (response.next === 'done') {
    const { proven, inBrowser } = response;
    return {
      next: 'done',
      securityCode: text(response.securityCode),
      proven: proven === true,
      inBrowser: inBrowser === true,
    };
  }
  if (response.next !== 'confirm') throw new ApiError('page.unexpected');
  return {
    next: 'confirm',
    confirmation: text(response.confirmation),
    asker: text(fields(response.asker).name),
    tenant: optionalText(fields(response.asker).tenantId),
    isAskersTeams: response.teamsUser === 'verified',
    account: readAccount(response.account),
    connection: text(fields(response.connection).title),
    again: optionalText(response.again),
  };
}

async function post(endpoint: string, body: object): Promise<Fields> {
  try {
    const response = await request(endpoint, body, { signal: AbortSignal.timeout(15_000) });
    const received = fields(await response.json());
    if (response.ok) return received;
    throw new ApiError(text(received.code), {
      expected: optionalText(received.expected),
      used: received.used === undefined ? undefined : readAccount(received.used),
      again: optionalText(received.again),
    });
  } catch (error) {
    throw toApiError(error);
  }
}

function request(endpoint: string, body: object, options: RequestInit): Promise<Response> {
  return fetch(`/auth/api/${endpoint}`, {
    ...options,
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json, application/problem+json' },
    body: JSON.stringify(body),
    credentials: 'same-origin',
    cache: 'no-store',
    redirect: 'error',
    // Do not set `mode: 'same-origin'`. Outside the default mode `cors`, no-referrer lets a browser send `Origin: null`
    // (Fetch, "append a request Origin header"), but the server requires the page's origin.
    referrerPolicy: 'no-referrer',
  });
}

function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return new ApiError('page.timeout', { cause: error });
  }
  return new ApiError(error instanceof TypeError ? 'page.offline' : 'page.unexpected', { cause: error });
}

type Fields = Record<string, unknown>;

function fields(value: unknown): Fields {
  if (typeof value !== 'object' || value === null) throw new ApiError('page.unexpected');
  return value as Fields;
}

function text(value: unknown): string {
  if (typeof value !== 'string' || value === '') throw new ApiError('page.unexpected');
  return value;
}

/** Rejects `javascript:` and similar. Accepts http only if the page uses it (loopback). */
function address(value: unknown): string {
  const url = text(value);
  const { protocol } = new URL(url);
  if (protocol !== 'https:' && protocol !== window.location.protocol) throw new ApiError('page.unexpected');
  return url;
}

function readAccount(value: unknown): Account {
  const { name, unnamed } = fields(value);
  return { name: text(name), unnamed: unnamed === true };
}

function optionalText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
