import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pathOf, readJson, sendJson } from '../http.ts';
import type { KeyRing } from './signing-keys.ts';
import { CONNECTOR_ISSUER } from './token.ts';

export const METADATA_PATH = '/v1/.well-known/openidconfiguration';
const KEYS_PATH = '/v1/.well-known/keys';
/** For the bot's replies. */
export const SERVICE_PATH = '/teams/';

/** `error`: 503; `hang`: no response. */
export type Mode = 'ok' | 'error' | 'hang';

interface ReceivedActivity {
  conversationId: string;
  authorization: string | undefined;
  activity: unknown;
}

/** OpenID metadata, keys and conversations. */
export class ConnectorEndpoints {
  mode: { metadata: Mode; keys: Mode } = { metadata: 'ok', keys: 'ok' };
  /** Requests, with any response. */
  fetches = { metadata: 0, keys: 0 };
  readonly received: ReceivedActivity[] = [];
  readonly #keys: KeyRing;
  readonly #origin: string;

  constructor(keys: KeyRing, origin: string) {
    this.#keys = keys;
    this.#origin = origin;
  }

  /** @returns `false` for another component's path */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const path = pathOf(request);
    if (path === METADATA_PATH && request.method === 'GET') {
      this.fetches.metadata += 1;
      respond(response, this.mode.metadata, this.#metadata());
    } else if (path === KEYS_PATH && request.method === 'GET') {
      this.fetches.keys += 1;
      respond(response, this.mode.keys, { keys: this.#keys.published.map((key) => key.jwk) });
    } else if (path.startsWith(`${SERVICE_PATH}v3/conversations/`) && request.method === 'POST') {
      await this.#receive(path, request, response);
    } else return false;
    return true;
  }

  #metadata(): Record<string, unknown> {
    return {
      issuer: CONNECTOR_ISSUER,
      authorization_endpoint: 'https://invalid.botframework.com',
      jwks_uri: `${this.#origin}${KEYS_PATH}`,
      id_token_signing_alg_values_supported: ['RS256'],
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
    };
  }

  async #receive(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const conversationId = decodeURIComponent(path.split('/')[4] ?? '');
    const activity = await readJson(request);
    this.received.push({ conversationId, authorization: request.headers.authorization, activity });
    sendJson(response, 200, { id: randomUUID() });
  }
}

function respond(response: ServerResponse, mode: Mode, body: unknown): void {
  if (mode === 'hang') return;
  if (mode === 'error') sendJson(response, 503, { error: 'switched off' });
  else sendJson(response, 200, body);
}
