import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../identity-provider/body.ts';
import { accountByUsername, type LocalAccount } from '../identity-provider/issuers.ts';
import { Consents } from '../identity-provider/oidc/consents.ts';
import { render, send } from '../identity-provider/pages/layout.ts';
import { accountPage, consentPage, errorPage, loginPage, type Page } from '../identity-provider/pages/pages.ts';
import { CLIENT, PASSWORD } from '../people.ts';
import type { AuthorizationRequest, Codes } from './codes.ts';
import { GITHUB } from './users.ts';

interface AuthorizeOptions {
  codes: Codes;
  redirectUris: readonly string[];
  /** RFC 9207: in every authorization response, like github.com since August 2026. */
  iss: string | undefined;
}

export const PAGES = '/login/oauth/requests/';

type Next = { page: Page; status?: number } | { location: string; cookie?: string };

/** `GET /login/oauth/authorize`, and the pages for sign-in, account picker and consent. */
export class Authorization {
  readonly #options: AuthorizeOptions;
  readonly #consents = new Consents();
  readonly #sessions = new Map<string, LocalAccount>();
  readonly #requests = new Map<string, AuthorizationRequest>();

  constructor(options: AuthorizeOptions) {
    this.#options = options;
  }

  async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const next = url.pathname.startsWith(PAGES) ? await this.#onPage(url, request) : this.#begin(url, request);
    if ('page' in next) return send(response, next.status ?? 200, render(GITHUB, next.page, false));
    response.writeHead(302, { location: next.location, ...(next.cookie && { 'set-cookie': next.cookie }) }).end();
  }

  #begin({ searchParams: query }: URL, request: IncomingMessage): Next {
    if (query.get('client_id') !== CLIENT.id) return { page: errorPage('not_found'), status: 404 };
    const [registered = ''] = this.#options.redirectUris;
    const redirectUri = query.get('redirect_uri') ?? registered;
    const state = query.get('state') ?? undefined;
    if (!this.#options.redirectUris.includes(redirectUri))
      return this.#back({ redirectUri: registered, state }, { error: 'redirect_uri_mismatch' });
    const challenge = query.get('code_challenge') ?? undefined;
    if (challenge !== undefined && (query.get('code_challenge_method') !== 'S256' || challenge.length !== 43))
      return { page: errorPage('invalid_request'), status: 400 };
    const scopes = (query.get('scope') ?? '').split(/[\s,]+/).filter(Boolean);
    const id = randomBytes(16).toString('hex');
    const pick = query.get('prompt') === 'select_account';
    this.#requests.set(id, { redirectUri, state, scopes, challenge, pick });
    return this.#next(id, this.#signedIn(request));
  }

  async #onPage({ pathname, searchParams }: URL, request: IncomingMessage): Promise<Next> {
    const id = pathname.slice(PAGES.length);
    const pending = this.#requests.get(id);
    if (pending === undefined) return { page: errorPage('session_not_found'), status: 400 };
    const account = this.#signedIn(request);
    if (request.method === 'POST') {
      const form = new URLSearchParams(await readBody(request));
      return this.#decide(id, pending, account, form);
    }
    if (account === undefined) return { page: loginPage(GITHUB, { username: searchParams.get('as') ?? '' }) };
    return { page: pending.pick ? accountPage(account) : consentPage(account, pending.scopes) };
  }

  #decide(id: string, pending: AuthorizationRequest, account: LocalAccount | undefined, form: URLSearchParams): Next {
    const action = form.get('action');
    if (action === 'cancel') {
      this.#requests.delete(id);
      const error_description = 'The user has denied your application access.';
      return this.#back(pending, { error: 'access_denied', error_description });
    }
    if (action === 'sign-in') return this.#signIn(id, pending, form);
    if (action === 'other' || account === undefined) return { page: loginPage(GITHUB, { username: '' }) };
    if (action === 'continue') pending.pick = false;
    if (action === 'accept' && !pending.pick) this.#consents.remember(account.accountId, CLIENT.id, pending.scopes);
    return this.#next(id, account);
  }

  #signIn(id: string, pending: AuthorizationRequest, form: URLSearchParams): Next {
    const username = form.get('username') ?? '';
    const account = accountByUsername(GITHUB, username);
    if (account === undefined || form.get('password') !== PASSWORD) {
      const alert = 'Incorrect username or password.';
      return { page: loginPage(GITHUB, { username, alert }), status: 400 };
    }
    pending.pick = false;
    const session = randomBytes(16).toString('hex');
    this.#sessions.set(session, account);
    return { ...this.#next(id, account), cookie: `user_session=${session}; Path=/; HttpOnly; SameSite=Lax` };
  }

  /** Leads to the app with a code, or to the next page. */
  #next(id: string, account: LocalAccount | undefined): { location: string } {
    const request = this.#requests.get(id);
    const covered = request && account && this.#consents.cover(account.accountId, CLIENT.id, request.scopes);
    if (!covered || request.pick) return { location: PAGES + id };
    this.#requests.delete(id);
    return this.#back(request, { code: this.#options.codes.issue({ request, account }) });
  }

  #back({ redirectUri, state }: Pick<AuthorizationRequest, 'redirectUri' | 'state'>, response: Record<string, string>) {
    const { iss } = this.#options;
    const location = new URL(redirectUri);
    const all = { ...response, ...(state !== undefined && { state }), ...(iss !== undefined && { iss }) };
    location.search = new URLSearchParams(all).toString();
    return { location: location.href };
  }

  #signedIn({ headers }: IncomingMessage): LocalAccount | undefined {
    const [, session = ''] = /\buser_session=(\w+)/.exec(headers.cookie ?? '') ?? [];
    return this.#sessions.get(session);
  }
}
