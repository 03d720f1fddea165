import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Person } from '../../people.ts';
import { listen } from '../listen.ts';
import type { Activity, ChatActivity } from '../page-api.ts';
import {
  type ActivityContext,
  type ChatEntry,
  type Invoke,
  installationActivities,
  invokeActivity,
  messageActivity,
  type Query,
  queryActivity,
  type Setting,
} from './activity.ts';
import { ConnectorEndpoints, METADATA_PATH, SERVICE_PATH } from './endpoints.ts';
import { type PostOptions, type PostResult, postToBot, requestHeaders } from './post.ts';
import { createSigningKey, KeyRing } from './signing-keys.ts';
import { type Claims, type Signing, signConnectorToken } from './token.ts';

/** Seconds. Teams also reuses a token for most of its hour. */
const REUSE = 50 * 60;

interface ConnectorOptions {
  /** Default: a free port. */
  port?: number;
  botId: string;
}

/** Signs tokens, publishes its keys, posts to the bot. */
export class Connector {
  readonly metadataUrl: string;
  readonly serviceUrl: string;
  readonly keys: KeyRing;
  /** For outages, request counts, and the bot's posts. */
  readonly endpoints: ConnectorEndpoints;
  readonly #botId: string;
  #reused: { token: string; kid: string; until: number } | undefined;

  constructor(botId: string, origin: string, keys: KeyRing) {
    this.#botId = botId;
    this.metadataUrl = `${origin}${METADATA_PATH}`;
    this.serviceUrl = `${origin}${SERVICE_PATH}`;
    this.keys = keys;
    this.endpoints = new ConnectorEndpoints(keys, origin);
  }

  /** Without arguments, returns a valid token and reuses it for 50 minutes while the key stays. Otherwise signs a new
   * one with these changes (`undefined` removes a member). */
  async token(claims?: Claims, signing?: Signing): Promise<string> {
    if (claims ?? signing) return this.#sign(claims, signing);
    const { kid } = this.keys.current;
    if (this.#reused?.kid !== kid || Date.now() > this.#reused.until) {
      this.#reused = { token: this.#sign(), kid, until: Date.now() + REUSE * 1000 };
    }
    return this.#reused.token;
  }

  /** A test may change it. */
  queryActivity(person: Person, query: Query): Activity {
    return queryActivity(this.#context(), person, query);
  }

  invokeActivity(person: Person, invoke: Invoke): Activity {
    return invokeActivity(this.#context(), person, invoke);
  }

  messageActivity(person: Person, message: ChatEntry): ChatActivity {
    return messageActivity(this.#context(), person, message);
  }

  installationActivities(person: Person, setting?: Setting): ChatActivity[] {
    return installationActivities(this.#context(), person, setting);
  }

  /** Waits at most 5 seconds.
   * @throws {DOMException} `TimeoutError`
   * @throws {TypeError} if the bot cannot be reached */
  async post(botUrl: string, activity: object, options: PostOptions = {}): Promise<PostResult> {
    const token = options.token === undefined ? await this.token() : options.token;
    const headers = requestHeaders(token, options.headers);
    return postToBot(botUrl, options.body ?? JSON.stringify(activity), headers, options.timeout);
  }

  #context(): ActivityContext {
    return { botId: this.#botId, serviceUrl: this.serviceUrl, now: new Date() };
  }

  #sign(claims?: Claims, signing?: Signing): string {
    const { serviceUrl, keys } = this;
    return signConnectorToken({ botId: this.#botId, serviceUrl, key: keys.current, now: new Date() }, claims, signing);
  }
}

/** With its own HTTP server, for tests and scripts. */
export async function createConnector(options: ConnectorOptions): Promise<Connector & { close(): Promise<void> }> {
  const keys = new KeyRing(await createSigningKey());
  const { server, origin, close } = await listen(options.port ?? 0);
  const connector = new Connector(options.botId, origin, keys);
  server.on('request', (request, response) => void serve(connector, request, response));
  return Object.assign(connector, { close });
}

async function serve(connector: Connector, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    if (!(await connector.endpoints.handle(request, response))) response.writeHead(404).end();
  } catch (cause) {
    response.writeHead(400).end(cause instanceof Error ? cause.message : undefined);
  }
}
