import { startDirectLine } from '../../../local/direct-line/server.ts';
import { BOT_ID, TENANTS } from '../../../local/people.ts';
import { createConnector } from '../../../local/teams/connector/connector.ts';
import { eventually, startWorld, type World, type WorldOptions } from '../world/world.ts';
import type { ChatReply } from './chat.ts';

export const SECRET = 'local-direct-line-secret.4711';
/** A page elsewhere that may request tokens. */
export const PARTNER = 'http://localhost:4099';

type DirectLine = Awaited<ReturnType<typeof startDirectLine>>;

/** The world with Web Chat, and a Direct Line on this machine. */
export interface DirectLineWorld extends World {
  directLine: DirectLine;
}

export async function startDirectLineWorld(options: WorldOptions = {}): Promise<DirectLineWorld> {
  const connector = await createConnector({ botId: BOT_ID });
  let botUrl = '';
  const directLine = await startDirectLine(0, {
    secrets: [SECRET],
    botId: BOT_ID,
    keys: connector.keys,
    botUrl: () => botUrl,
  });
  const world = await startWorld({
    connector,
    ...options,
    botEnv: {
      DIRECT_LINE_SECRET: SECRET,
      DIRECT_LINE_URL: directLine.url,
      DIRECT_LINE_ORIGINS: PARTNER,
      DIRECT_LINE_TENANT: TENANTS.contoso,
      ...options.botEnv,
    },
    close: () => directLine.close(),
  });
  botUrl = world.botUrl;
  return Object.assign(world, { directLine });
}

/** A response of the broker. */
export interface Issued {
  token: string;
  conversationId: string;
  userId: string;
  refreshKey: string;
  expires_in: number;
  domain: string;
}

interface BrokerResponse {
  status: number;
  headers: Headers;
  body: Issued & { code?: string };
}

/** A browser for the token broker: stores the cookies that it gets. */
export class ChatBrowser {
  readonly cookies = new Map<string, string>();
  readonly #world: World;
  /** The page's origin; `null`: none. */
  origin: string | null;
  /** Headers for each of its requests. */
  readonly #headers: Record<string, string>;

  constructor(world: World, origin: string | null = world.botUrl, headers: Record<string, string> = {}) {
    this.#world = world;
    this.origin = origin;
    this.#headers = headers;
  }

  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async post(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<BrokerResponse> {
    const response = await fetch(`${this.#world.botUrl}${path}`, {
      method: 'POST',
      headers: {
        ...(this.origin !== null && { origin: this.origin }),
        ...(this.cookies.size > 0 && { cookie: this.cookie }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...this.#headers,
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      this.cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
  }

  async token(): Promise<Issued> {
    const { status, body } = await this.post('/directline/token');
    if (status !== 200) throw new Error(`The broker returned ${status}: ${JSON.stringify(body)}`);
    return body;
  }
}

/** A conversation by Direct Line's own API, with a token of the broker's. */
export class ChatClient {
  readonly issued: Issued;
  /** The bot's greeting of a new user. */
  greeting: ChatReply[] = [];
  #watermark = '';

  constructor(issued: Issued) {
    this.issued = issued;
  }

  static async start(issued: Issued): Promise<ChatClient> {
    const client = new ChatClient(issued);
    await client.#call('POST', '/conversations');
    client.greeting = await eventually(
      () => client.received(),
      (all) => all.length > 0,
    );
    return client;
  }

  /** Sends a message; `change` may be anything that a client could write. @returns the bot's replies */
  async send(text: string, change: object = {}): Promise<ChatReply[]> {
    await this.received();
    const activity = { type: 'message', text, from: { id: 'me' }, locale: 'en-US', ...change };
    await this.#call('POST', `/conversations/${this.issued.conversationId}/activities`, activity);
    return eventually(
      () => this.received(),
      (all) => all.length > 0,
    );
  }

  /** The bot's messages since the last call. */
  async received(): Promise<ChatReply[]> {
    const path = `/conversations/${this.issued.conversationId}/activities?watermark=${this.#watermark}`;
    const { activities, watermark } = (await this.#call('GET', path)) as {
      activities: (ChatReply & { from: { role?: string } })[];
      watermark: string;
    };
    this.#watermark = watermark;
    return activities.filter(({ from }) => from.role === 'bot');
  }

  async #call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.issued.domain}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.issued.token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`Direct Line returned ${response.status}: ${await response.text()}`);
    return response.json();
  }
}
