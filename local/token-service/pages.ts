import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LocalIssuer } from '../identity-provider/issuers.ts';
import { html } from '../identity-provider/pages/html.ts';
import { render, send } from '../identity-provider/pages/layout.ts';
import { errorPage, type Page } from '../identity-provider/pages/pages.ts';
import { CLIENT, WIKI_SCOPE } from '../people.ts';
import type { SignIn, Token, Users } from './users.ts';

const SERVICE: LocalIssuer = { path: '', title: 'Bot Service', colour: '#8661c5', entra: false, accounts: [] };
export const REDIRECT_PATH = '/.auth/web/redirect';

/** Notifies a Teams client with teams-js messages, like Azure's last page. */
const SCRIPT = `
const code = document.querySelector('#code').textContent;
const host = window.opener;
if (host) {
  const post = (id, func, args) => host.postMessage({ id, func, args }, '*');
  addEventListener('message', ({ source, data }) => {
    if (source === host && data.id === 0) post(1, 'authentication.authenticate.success', [code]);
  });
  post(0, 'initialize', ['2.0.0', 4, []]);
}`;

interface PagesDependencies {
  users: Users;
  origin: string;
}

/** `GET /api/oauth/signin?signin=…`: redirects to the identity provider, with PKCE. */
export function beginSignIn(
  { users, origin }: PagesDependencies,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const id = new URL(request.url ?? '/', origin).searchParams.get('signin') ?? '';
  const signIn = users.signIn(id);
  if (!signIn) {
    send(response, 400, render(SERVICE, errorPage('sign_in_expired'), false));
    return;
  }
  const url = new URL(`${signIn.issuer}/auth`);
  url.search = new URLSearchParams({
    client_id: CLIENT.id,
    redirect_uri: origin + REDIRECT_PATH,
    response_type: 'code',
    scope: `openid profile offline_access ${WIKI_SCOPE}`,
    state: id,
    code_challenge: createHash('sha256').update(signIn.codeVerifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString();
  response.writeHead(302, { location: url.href, 'cache-control': 'no-store' }).end();
}

/** `GET /.auth/web/redirect`: redeems the authorization code and shows the magic code. */
export async function finishSignIn(
  { users, origin }: PagesDependencies,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { searchParams } = new URL(request.url ?? '/', origin);
  const id = searchParams.get('state') ?? '';
  const signIn = users.signIn(id);
  const token = signIn && (await tokenFor(signIn, searchParams.get('code') ?? '', origin));
  if (!signIn || !token) return send(response, 400, render(SERVICE, errorPage('sign_in_failed'), false));
  const { headers, body } = render(SERVICE, codePage(users.finish(id, signIn, token)), false);
  const hash = createHash('sha256').update(SCRIPT).digest('base64');
  const policy = `${headers['content-security-policy']}; script-src 'sha256-${hash}'`;
  send(response, 200, {
    headers: { ...headers, 'content-security-policy': policy },
    body: body.replace('</body>', () => `<script>${SCRIPT}</script></body>`),
  });
}

async function tokenFor({ issuer, codeVerifier }: SignIn, code: string, origin: string): Promise<Token | undefined> {
  const own = { client_id: CLIENT.id, client_secret: CLIENT.secret };
  const basic = issuer.endsWith('/plain');
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: basic ? { authorization: `Basic ${btoa(`${own.client_id}:${own.client_secret}`)}` } : {},
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: origin + REDIRECT_PATH,
      code_verifier: codeVerifier,
      ...(basic ? {} : own),
    }),
  });
  if (!response.ok) return undefined;
  const { access_token: token, expires_in: seconds } = (await response.json()) as Record<string, unknown>;
  return { token: String(token), expiresAt: Date.now() + Number(seconds) * 1000 };
}

function codePage(code: string): Page {
  return {
    title: 'Signed in',
    body: html`<h1>You are signed in</h1><p class="soft">In Teams, this window closes. Elsewhere, send this code in the chat:</p>
<p><output id="code">${code}</output></p><p class="note">A stand-in that runs on this machine.</p>`,
  };
}
