import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../identity-provider/body.ts';
import { accountByUsername, type LocalAccount, type LocalIssuer } from '../identity-provider/issuers.ts';
import { Consents } from '../identity-provider/oidc/consents.ts';
import { render, send } from '../identity-provider/pages/layout.ts';
import { consentPage, errorPage, loginPage, type Page } from '../identity-provider/pages/pages.ts';
import { CLIENT, PASSWORD } from '../people.ts';
import type { AuthorizationRequest, Grants } from './grants.ts';
import type { Service } from './service.ts';

interface AuthorizeOptions {
  service: Service;
  /** Services on other ports of this machine need names of their own. */
  cookie?: string;
  issuer: LocalIssuer;
  grants: Grants;
  redirectUris: readonly string[];
  /** RFC 9207: in every authorization response. */
  iss: string | undefined;
}

export const PAGES = '/sign-in/';

type Pending = AuthorizationRequest & { askAgain: boolean };
type Next = { page: Page; status?: number } | { location: string; cookie?: string };

/** The authorization endpoint, and the pages for sign-in and consent. */
export class Authorization {
  readonly #options: AuthorizeOptions;
  readonly #cookie: string;
  readonly #consents = new Consents();
  readonly #sessions = new Map<string, LocalAccount>();
  readonly #pending = new Map<string, Pending>();

  constructor(options: AuthorizeOptions) {
    this.#options = options;
    this.#cookie = options.cookie ?? 'service_session';
  }

  async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const next = url.pathname.startsWith(PAGES) ? await this.#onPage(url, request) : this.#begin(url, request);
    if ('page' in next) return send(response, next.status ?? 200, render(this.#options.issuer, next.page, false));
    response.writeHead(302, { location: next.location, ...(next.cookie && { 'set-cookie': next.cookie }) }).end();
  }

  #begin({ searchParams: query }: URL, request: IncomingMessage): Next {
    const { service, redirectUris } = this.#options;
    const redirectUri = query.get('redirect_uri') ?? '';
    if (query.get('client_id') !== CLIENT.id || !redirectUris.includes(redirectUri))
      return { page: errorPage('invalid_client'), status: 400 };
    const missing = Object.entries(service.requires ?? {}).find(([name, value]) => query.get(name) !== value);
    if (missing || query.get('response_type') !== 'code')
      return { page: errorPage(`invalid_request: ${missing?.[0] ?? 'response_type'}`), status: 400 };
    const state = query.get('state') ?? undefined;
    const scopes = (query.get(service.scopeParameter) ?? '').split(service.scopeSeparator).filter(Boolean);
    if (scopes.some((scope) => !service.scopes.includes(scope)))
      return this.#back({ redirectUri, state }, { error: 'invalid_scope' });
    const challenge = query.get('code_challenge') ?? undefined;
    const isS256 = query.get('code_challenge_method') === 'S256' && challenge?.length === 43;
    const isBad = challenge === undefined ? service.pkce === 'required' : !isS256;
    if (isBad && service.pkce !== 'ignored') return this.#back({ redirectUri, state }, { error: 'invalid_request' });
    const id = randomBytes(16).toString('hex');
    const nonce = query.get('nonce') ?? undefined;
    const allowsRefresh = service.allowsRefresh?.(scopes, query) ?? true;
    const askAgain = query.get('prompt') === 'consent';
    this.#pending.set(id, { redirectUri, state, scopes, challenge, nonce, allowsRefresh, askAgain });
    return this.#next(id, this.signedIn(request));
  }

  async #onPage({ pathname, searchParams }: URL, request: IncomingMessage): Promise<Next> {
    const id = pathname.slice(PAGES.length);
    const pending = this.#pending.get(id);
    if (pending === undefined) return { page: errorPage('session_not_found'), status: 400 };
    const account = this.signedIn(request);
    if (request.method === 'POST')
      return this.#decide(id, pending, account, new URLSearchParams(await readBody(request)));
    if (account === undefined)
      return { page: loginPage(this.#options.issuer, { username: searchParams.get('as') ?? '' }) };
    return { page: consentPage(account, pending.scopes) };
  }

  #decide(id: string, pending: Pending, account: LocalAccount | undefined, form: URLSearchParams): Next {
    const action = form.get('action');
    if (action === 'cancel') {
      this.#pending.delete(id);
      return this.#back(pending, this.#options.service.cancelled);
    }
    if (action === 'sign-in') return this.#signIn(id, form);
    if (account === undefined) return { location: PAGES + id };
    if (action === 'accept') {
      this.#consents.remember(account.accountId, CLIENT.id, pending.scopes);
      pending.askAgain = false;
    }
    return this.#next(id, account);
  }

  #signIn(id: string, form: URLSearchParams): Next {
    const { issuer } = this.#options;
    const username = form.get('username') ?? '';
    const account = accountByUsername(issuer, username);
    if (account === undefined || form.get('password') !== PASSWORD)
      return { page: loginPage(issuer, { username, alert: 'Incorrect username or password.' }), status: 400 };
    const session = randomBytes(16).toString('hex');
    this.#sessions.set(session, account);
    return { ...this.#next(id, account), cookie: `${this.#cookie}=${session}; Path=/; HttpOnly; SameSite=Lax` };
  }

  /** Leads to the app with a code, or to the next page. */
  #next(id: string, account: LocalAccount | undefined): { location: string } {
    const pending = this.#pending.get(id);
    const covered = pending && account && this.#consents.cover(account.accountId, CLIENT.id, pending.scopes);
    if (!covered || pending.askAgain) return { location: `${PAGES}${id}${account ? '?consent' : ''}` };
    this.#pending.delete(id);
    return this.#back(pending, { code: this.#options.grants.issueCode(account, pending) });
  }

  #back(
    { redirectUri, state }: Pick<AuthorizationRequest, 'redirectUri' | 'state'>,
    answer: Readonly<Record<string, string | undefined>>,
  ): { location: string } {
    const location = new URL(redirectUri);
    for (const [name, value] of Object.entries({ state, iss: this.#options.iss, ...answer }))
      if (value !== undefined) location.searchParams.set(name, value);
    return { location: location.href };
  }

  /** By the cookie of the sign-in pages. */
  signedIn({ headers }: IncomingMessage): LocalAccount | undefined {
    const [, session = ''] = new RegExp(`\\b${this.#cookie}=(\\w+)`).exec(headers.cookie ?? '') ?? [];
    return this.#sessions.get(session);
  }
}
