import type { IncomingMessage } from 'node:http';
import { readBody } from '../identity-provider/body.ts';
import { type Grants, s256 } from './grants.ts';
import type { Format, Issued, Refusal, Reply, Service } from './service.ts';

interface TokenEndpointOptions {
  service: Service;
  grants: Grants;
  /** RFC 6749 section 2.3. */
  isClient: (authorization: string | undefined, form: Readonly<Record<string, string>>) => boolean | Promise<boolean>;
  /** Seconds in `expires_in`; `undefined`: none. */
  ttl: number | undefined;
  /** For OpenID Connect. */
  signIdToken?: ((issued: Issued) => Promise<string>) | undefined;
}

/** The token endpoint, as the service has it. */
export class TokenEndpoint {
  readonly #options: TokenEndpointOptions;

  constructor(options: TokenEndpointOptions) {
    this.#options = options;
  }

  async respond(request: IncomingMessage): Promise<{ grantType: string; ok: boolean; reply: Reply }> {
    const { service } = this.#options;
    const form = await readForm(request, service.formats);
    const answer = form === undefined ? 'content_type' : await this.#grant(request, form);
    const ok = typeof answer !== 'string';
    const reply = ok ? { status: 200, body: answer } : service.refuse(answer);
    return { grantType: form?.grant_type ?? 'none', ok, reply };
  }

  /** RFC 7009. */
  async revoke(request: IncomingMessage): Promise<Reply> {
    const { service, grants, isClient } = this.#options;
    const form = await readForm(request, service.formats);
    if (form === undefined) return service.refuse('content_type');
    if (!(await isClient(request.headers.authorization, form))) return service.refuse('client');
    grants.revoke(form.token ?? '');
    return { status: 200, body: {} };
  }

  async #grant({ headers }: IncomingMessage, form: Record<string, string>): Promise<object | Refusal> {
    const { service, isClient } = this.#options;
    if (!(await isClient(headers.authorization, form))) return 'client';
    if (form.grant_type === 'authorization_code') return this.#exchange(form);
    if (form.grant_type !== 'refresh_token') return 'grant_type';
    const hasSecret = headers.authorization !== undefined || form.client_secret !== undefined;
    return service.refreshNeedsSecret && !hasSecret ? 'client' : this.#refresh(form);
  }

  async #exchange({ code = '', redirect_uri, code_verifier }: Record<string, string>): Promise<object | Refusal> {
    const { service, grants } = this.#options;
    const taken = grants.takeCode(code);
    if (taken === undefined) return 'code';
    const { redirectUri, challenge, nonce, allowsRefresh } = taken.request;
    if (redirect_uri !== redirectUri && !service.ignoresRedirectUri) return 'redirect_uri';
    const isProven = challenge === undefined ? code_verifier === undefined : s256(code_verifier ?? '') === challenge;
    if (service.pkce !== 'ignored' && !isProven) return 'code_verifier';
    const { refreshToken, ...tokens } = taken.issue();
    const issued = { ...tokens, refreshToken: allowsRefresh ? refreshToken : undefined };
    return this.#answer({ ...issued, nonce, ttl: this.#options.ttl, isRefresh: false });
  }

  async #refresh({ refresh_token = '', redirect_uri }: Record<string, string>): Promise<object | Refusal> {
    const { service, grants, ttl } = this.#options;
    if (service.refreshNeedsRedirectUri && redirect_uri !== grants.redirectUriOf(refresh_token)) return 'redirect_uri';
    const tokens = grants.refresh(refresh_token, service.rotates);
    return tokens === undefined ? 'refresh_token' : this.#answer({ ...tokens, nonce: undefined, ttl, isRefresh: true });
  }

  async #answer(issued: Issued): Promise<object> {
    const { service, signIdToken } = this.#options;
    const answer = service.tokens(issued);
    return signIdToken && issued.scopes.includes('openid')
      ? { ...answer, id_token: await signIdToken(issued) }
      : answer;
  }
}

/** @returns `undefined` for a content type that the service does not read */
async function readForm(
  request: IncomingMessage,
  formats: readonly Format[],
): Promise<Record<string, string> | undefined> {
  const body = await readBody(request);
  const type = (request.headers['content-type'] ?? '').split(';')[0];
  if (type === 'application/json' && formats.includes('json')) return JSON.parse(body) as Record<string, string>;
  if (type === 'application/x-www-form-urlencoded' && formats.includes('form'))
    return Object.fromEntries(new URLSearchParams(body));
  return undefined;
}
