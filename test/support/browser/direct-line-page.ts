import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from 'playwright-core';
import { listen } from '../../../local/teams/listen.ts';
import { patient } from '../patience.ts';
import type { DirectLineWorld, Issued } from '../teams/direct-line-world.ts';
import { closePage } from './chromium.ts';

/** The official client, from its package. */
const SCRIPT = fileURLToPath(
  new URL('../../../node_modules/botframework-directlinejs/dist/directline.js', import.meta.url),
);

/** `ConnectionStatus` of the official client. */
export const STATUS = { online: 2, expired: 3, failed: 4, ended: 5 } as const;

export interface Received {
  id: string;
  type: string;
  text?: string;
  from: { id: string; role?: string };
}

/** The part of the official client that the tests use. */
interface Client {
  activity$: { subscribe(next: (activity: Received) => void, error: (error: Error) => void): unknown };
  connectionStatus$: { subscribe(next: (status: number) => void): unknown };
  postActivity(activity: object): { subscribe(next: (id: string) => void, error: (error: unknown) => void): unknown };
  getSessionId(): { subscribe(next: (id: string) => void, error: (error: unknown) => void): unknown };
  reconnect(conversation: object): void;
  end(): void;
}

interface Line {
  client: Client;
  received: Received[];
  statuses: number[];
  errors: string[];
}

declare global {
  interface Window {
    DirectLine: { DirectLine: new (options: object) => Client };
    line: Line;
  }
}

/**
 * A server elsewhere with an empty page. Chromium allows only pages with an origin to send requests to this machine.
 */
export async function startPartner(): Promise<{ origin: string; close(): Promise<void> }> {
  const { server, origin, close } = await listen(0);
  server.on('request', (_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Partner</title>');
  });
  return { origin, close };
}

/** A page elsewhere that runs the official Direct Line client, unchanged. */
export class DirectLinePage {
  readonly page: Page;
  readonly #world: DirectLineWorld;

  private constructor(world: DirectLineWorld, page: Page) {
    this.#world = world;
    this.page = page;
  }

  /** @param origin the page's: of a {@link startPartner} */
  static async open(context: BrowserContext, world: DirectLineWorld, origin: string): Promise<DirectLinePage> {
    context.setDefaultTimeout(patient(12_000));
    const opened = new DirectLinePage(world, await context.newPage());
    await opened.go(origin);
    return opened;
  }

  /** Opens a page of this origin in the browser. */
  async go(origin: string): Promise<void> {
    await this.page.goto(`${origin}/`);
    await this.page.addScriptTag({ path: SCRIPT });
  }

  close(): Promise<void> {
    return closePage(this.page);
  }

  /** Calls the token broker, like a page of another origin. @returns status 0 if the browser does not let it read the
   * answer */
  broker(
    path: '/token' | '/token/refresh',
    body?: object,
  ): Promise<{ status: number; body: Issued & { code?: string } }> {
    return this.page.evaluate(
      async ([url, text]) => {
        const init: RequestInit = { method: 'POST', credentials: 'include' };
        if (text !== undefined) Object.assign(init, { headers: { 'content-type': 'application/json' }, body: text });
        const response = await fetch(url, init).catch(() => undefined);
        return { status: response?.status ?? 0, body: response && (await response.json()) };
      },
      [`${this.#world.botUrl}/directline${path}`, body && JSON.stringify(body)] as const,
    );
  }

  async token(): Promise<Issued> {
    const { status, body } = await this.broker('/token');
    if (status !== 200) throw new Error(`The broker answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  /** Creates the client and listens. It resumes an interrupted connection after three seconds, its shortest time. */
  async connect(options: object): Promise<void> {
    await this.page.evaluate((wanted) => {
      const fast = { pollingInterval: 200, timeout: 1_000, random: () => 0 };
      const client = new window.DirectLine.DirectLine({ ...fast, ...wanted });
      const line: Line = { client, received: [], statuses: [], errors: [] };
      client.connectionStatus$.subscribe((status) => line.statuses.push(status));
      client.activity$.subscribe(
        (activity) => line.received.push(activity),
        (error) => line.errors.push(error.message),
      );
      window.line = line;
    }, options);
  }

  /** @returns the activity's id; `retry` while the client has no valid token; or a text such as `error 404` */
  post(activity: object): Promise<string> {
    const message = { type: 'message', from: { id: 'me' }, locale: 'en-US', ...activity };
    return this.page.evaluate(
      (subject) =>
        new Promise<string>((resolve) => {
          window.line.client
            .postActivity(subject)
            .subscribe(resolve, (error) => resolve(`error ${String(Object(error).status)}`));
        }),
      message,
    );
  }

  sessionId(): Promise<string> {
    return this.page.evaluate(
      () => new Promise<string>((resolve, reject) => window.line.client.getSessionId().subscribe(resolve, reject)),
    );
  }

  reconnect(conversation: object): Promise<void> {
    return this.page.evaluate((next) => window.line.client.reconnect(next), conversation);
  }

  end(): Promise<void> {
    return this.page.evaluate(() => window.line.client.end());
  }

  /** The received activities, each once: after a reconnection the client repeats some. */
  async received(): Promise<Received[]> {
    const all = await this.page.evaluate(() => window.line.received);
    return [...new Map(all.map((activity) => [activity.id, activity])).values()];
  }

  status(): Promise<number | undefined> {
    return this.page.evaluate(() => window.line.statuses.at(-1));
  }

  errors(): Promise<string[]> {
    return this.page.evaluate(() => window.line.errors);
  }
}
