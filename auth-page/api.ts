import type { AuthorizationResponse } from './authorization-response.ts';

/** The person who uses Teams, in Teams' own words. */
export interface TeamsUser {
  /** Entra's object id. */
  id: string;
  tenantId: string;
  /** How they sign in to Teams, most often an e-mail address. */
  signInName: string | undefined;
}

/** `POST /auth/api/start`. `proven`: the provider's own token will say who signed in, so no pop-up message is needed. */
export interface Started {
  authorizationUrl: string;
  proven: boolean;
  /** The asker is this browser, in Web Chat: no Teams has to hear of it. */
  inBrowser: boolean;
}

/** What became of the sign-in: `POST /auth/api/complete` and `/auth/api/confirm`. */
export type Completion =
  /** Another identity provider is next, in this window. */
  | { next: 'continue'; authorizationUrl: string }
  | { next: 'done'; securityCode: string; proven: boolean; inBrowser: boolean }
  | {
      next: 'confirm';
      confirmation: string;
      asker: string;
      /** The asker's tenant id. */
      tenant: string | undefined;
      /** This Teams is known to be the asker's. */
      isAskersTeams: boolean;
      account: Account;
      connection: string;
      /** A ticket to sign in with another account. */
      again: string | undefined;
    }
  | { next: 'cancelled' };

/** An account at a provider. `unnamed`: the provider did not name it, and `name` is its id. */
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

/** A problem body's `code` (RFC 9457), or `page.offline`, `page.timeout`, `page.unexpected`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  /** Whose account was expected, with `signin.identity_mismatch` and `signin.other_teams_user`. */
  readonly expected: string | undefined;
  /** With `signin.identity_mismatch`: the account that signed in, and a ticket to use another one. */
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

/** @param user who uses the Teams behind this page, if it says so. @throws {ApiError} as all of these do. */
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

/** Ids alone: the server has no use for the name. */
function asMember(user: TeamsUser | undefined): { teamsUser?: { id: string; tenantId: string } } {
  return user ? { teamsUser: { id: user.id, tenantId: user.tenantId } } : {};
}

/** What can be searched, and who somebody is there: `POST /auth/api/settings` and what changes it. */
export interface SettingsView {
  asker: string;
  connections: SettingsConnection[];
}

export interface SettingsConnection {
  id: string;
  title: string;
  account: Account | undefined;
  /** Whether the person may choose to search it alone, and has. */
  choice: 'none' | 'one of several' | 'chosen';
}

/** @param ticket of a page that is opened; none where it is loaded again */
export async function openSettings(ticket: string | undefined, user: TeamsUser | undefined): Promise<SettingsView> {
  return readSettings(await post('settings', { ...(ticket !== undefined && { ticket }), ...asMember(user) }));
}

/** @param connection all of them, unless one is named */
export async function signOut(connection?: string): Promise<SettingsView> {
  return readSettings(await post('settings/sign-out', connection === undefined ? {} : { connection }));
}

/** @returns where to sign in */
export async function connect(
  connection: string,
  switchAccount: boolean,
  user: TeamsUser | undefined,
): Promise<string> {
  const response = await post('settings/connect', { connection, switchAccount, ...asMember(user) });
  return address(response.authorizationUrl);
}

/** @param connection the one to search, of several; all of them unless one is named */
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

/** The person closes the window instead of answering: the same as Cancel, sent by a page that is going away. */
export function abandon(confirmation: string): void {
  // Nobody is left to read an error; what was parked then expires by itself.
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
    // No `mode: 'same-origin'`: outside the mode `cors` (the default), no-referrer lets a browser send `Origin: null`
    // (Fetch, "append a request Origin header"), and the server wants our origin.
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

/** Only an address to navigate to: never `javascript:`, and plain http only for a page that is plain itself (loopback). */
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
