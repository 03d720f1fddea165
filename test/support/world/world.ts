import Database from 'libsql';
import { AuthClient } from '../../../local/auth-client.ts';
import { BOT_ID, type Person } from '../../../local/people.ts';
import { type Stack, type StackOptions, startStack } from '../../../local/stack.ts';
import { type Connector, createConnector } from '../../../local/teams/connector/connector.ts';
import type { PostOptions, PostResult } from '../../../local/teams/connector/post.ts';
import { patient } from '../patience.ts';
import { completeSignIn, untilRedirect } from './sign-in.ts';

export interface SearchResponse {
  type: 'result' | 'auth' | 'silentAuth' | 'message' | 'config';
  text?: string;
  attachments?: Attachment[];
  suggestedActions?: { actions: { type: string; value: string; title: string }[] };
}

export interface Attachment {
  contentType: string;
  content: Record<string, unknown>;
  preview: { contentType: string; content: { title: string; text?: string; images?: { url: string }[] } };
}

/** Teams waits this long for an answer. */
const TEAMS_TIMEOUT_MS = 5_000;

/** The demo's two connections, and those of other worlds. */
export type ConnectionId = keyof typeof COMMANDS;

interface Search {
  connection?: ConnectionId;
  /** Replaces the connection's own value. */
  commandId?: string;
  text?: string;
  state?: string;
  skip?: number;
  count?: number;
  locale?: string;
}

/** The store of a bot, read and changed in the file beside it. */
export interface StoreFile {
  /** Where the store's file is, if it is SQLite. */
  storePath: string;
  rows(
    table: 'transactions' | 'parked' | 'links' | 'attempts' | 'leases' | 'revocations' | 'damaged',
  ): Record<string, unknown>[];
  sql(statement: string, ...parameters: unknown[]): void;
}

/** The built bot and its stand-ins as processes, and a Connector whose keys the test has. */
export interface World extends Stack, StoreFile {
  connector: Connector;
  /** Posts a search as Teams would. `change` may first change anything in the activity. `botUrl` is another bot. */
  post(
    person: Person,
    search: Search,
    change?: (activity: Record<string, unknown>) => void,
    options?: PostOptions & { botUrl?: string | undefined },
  ): Promise<PostResult>;
  /** The answer to a search. Fails the test unless the bot responded with 200 and a composeExtension.
   * @param botUrl another bot */
  search(person: Person, search?: Search, botUrl?: string): Promise<SearchResponse>;
  /** The ticket of a new sign-in prompt for this person. */
  ticket(person: Person, connection?: ConnectionId): Promise<string>;
  /** From the prompt to the provider's redirect, over the provider's real pages; completes no sign-in yet. */
  untilCallback(
    person: Person,
    options?: SignInOptions,
  ): Promise<{ page: AuthClient; callbackUrl: string; body: Record<string, string> }>;
  /** The whole sign-in up to the security code (with the confirmation if needed). */
  securityCode(person: Person, options?: SignInOptions): Promise<string>;
  /** Signs in and redeems. The person can search afterwards. */
  signIn(person: Person, options?: SignInOptions): Promise<void>;
}

interface SignInOptions {
  connection?: ConnectionId;
  /** The person who signs in at the provider. Default: the asker. */
  as?: Person;
  /** The browser. Default: a new one. */
  page?: AuthClient;
  /** The ticket. Default: a new one of the person. */
  ticket?: string;
}

export type WorldOptions = Partial<StackOptions> & {
  /** An existing Connector, for example with its own keys; `stop()` closes it too. */
  connector?: Connector & { close(): Promise<void> };
  /** Ends other parts of the world: after `stop()`, or if the start fails. */
  close?: () => Promise<unknown>;
};

export const COMMANDS = {
  wiki: 'insertWiki',
  handbook: 'insertHandbook',
  guarded: 'insertGuarded',
  github: 'insertGithub',
  octo: 'insertOcto',
  plain: 'insertPlain',
  mediawiki: 'insertMediawiki',
} as const;

/** Starts everything; `stop()` ends it. The stand-ins count their requests, and can fail on demand. */
export async function startWorld({ close, ...options }: WorldOptions = {}): Promise<World> {
  const connector = options.connector ?? (await createConnector({ botId: BOT_ID }));
  const stack = await startStack({
    metadataUrl: connector.metadataUrl,
    ...options,
    identityProviderEnv: { IDP_STATS: '1', IDP_FAULTS: '1', ...options.identityProviderEnv },
    wikiEnv: { WIKI_FAULTS: '1', WIKI_HOSTILE: '1', ...options.wikiEnv },
  }).catch(async (error: unknown) => {
    await connector.close();
    await close?.();
    throw error;
  });
  const world: World = {
    ...stack,
    connector,
    async post(person, { connection = 'wiki', ...query }, change, { botUrl = stack.botUrl, ...options } = {}) {
      const activity = connector.queryActivity(person, { commandId: COMMANDS[connection], ...query });
      change?.(activity as unknown as Record<string, unknown>);
      return connector.post(botUrl, activity, { timeout: patient(TEAMS_TIMEOUT_MS), ...options });
    },
    async search(person, search = { text: 'lakers' }, botUrl) {
      return answerIn(await world.post(person, search, undefined, { botUrl }));
    },
    async ticket(person, connection = 'wiki') {
      const asked = await world.search(person, { connection, text: 'lakers' });
      if (asked.type !== 'result') return ticketOf(asked);
      // An earlier code did not come back, so the bot explains. A person who closes the window gets another prompt.
      return ticketOf(await world.search(person, { connection, text: 'lakers', state: 'CancelledByUser' }));
    },
    async untilCallback(
      person,
      { connection = 'wiki', as = person, page = new AuthClient(stack.botUrl), ticket } = {},
    ) {
      const opened = ticket ?? (await world.ticket(person, connection));
      return { page, ...(await untilRedirect(page, opened, usernameAt(connection, as))) };
    },
    async securityCode(person, options = {}) {
      const { page, body } = await world.untilCallback(person, options);
      return (await completeSignIn(page, body)).securityCode;
    },
    async signIn(person, options = {}) {
      const state = await world.securityCode(person, options);
      const response = await world.search(person, { connection: options.connection ?? 'wiki', text: 'lakers', state });
      if (response.type !== 'result') throw new Error(`Not signed in: ${JSON.stringify(response)}`);
    },
    ...storeOf(stack),
    async stop() {
      await stack.stop();
      await connector.close();
      await close?.();
    },
  };
  return world;
}

/** The answer to a search. @throws {Error} unless the bot responded with 200 and a composeExtension */
export function answerIn({ status, body }: Pick<PostResult, 'status' | 'body'>): SearchResponse {
  const answer = (body as { composeExtension?: SearchResponse } | undefined)?.composeExtension;
  if (status !== 200 || !answer) throw new Error(`The bot returned ${status}: ${JSON.stringify(body)}`);
  return answer;
}

export function storeOf({ botEnv }: Stack): StoreFile {
  const path = String(botEnv.STORE_URL).replace(/^sqlite:/, '');
  return {
    storePath: path,
    rows: (table) => inDatabase(path, (db) => db.prepare(`SELECT * FROM ${table}`).all() as Record<string, unknown>[]),
    sql: (statement, ...parameters) => inDatabase(path, (db) => void db.prepare(statement).run(...parameters)),
  };
}

/** Uses the store's file beside the bot. */
export function inDatabase<T>(path: string, use: (db: Database.Database) => T): T {
  const db = new Database(path);
  db.exec('PRAGMA busy_timeout = 5000');
  try {
    return use(db);
  } finally {
    db.close();
  }
}

/** The user name at the identity provider. The handbook's has no tenants, so its user names have no domains. */
export function usernameAt(connection: ConnectionId, { username }: Person): string {
  return connection === 'wiki' ? username : String(username.split('@')[0]);
}

/** The ticket in a sign-in prompt. */
export function ticketOf({ type, suggestedActions }: SearchResponse): string {
  const url = suggestedActions?.actions[0]?.value;
  if (!['auth', 'silentAuth'].includes(type) || url === undefined)
    throw new Error(`Expected a sign-in prompt, got ${type}`);
  return new URL(url).searchParams.get('ticket') ?? '';
}

/** The titles of the results in the list. */
export function titlesOf(response: SearchResponse): string[] {
  return (response.attachments ?? []).map(({ preview }) => preview.content.title);
}

/** Repeats until the answer is as expected. Fails after `timeout` milliseconds with the last answer. */
export async function eventually<T>(
  ask: () => T | Promise<T>,
  wanted: (response: T) => boolean,
  timeout = patient(20_000),
): Promise<T> {
  const end = Date.now() + timeout;
  for (;;) {
    const response = await ask();
    if (wanted(response)) return response;
    if (Date.now() > end) throw new Error(`Still another answer than expected: ${JSON.stringify(response)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The answer to a search that is not a notice: on a busy machine the bot may first report that it is not available. */
export function eventualResponse(world: World, person: Person, search?: Search): Promise<SearchResponse> {
  return eventually(
    () => world.search(person, search),
    ({ type }) => type !== 'message',
  );
}

/** The status of the bot's readiness. */
export async function readiness({ botUrl }: Pick<World, 'botUrl'>): Promise<number> {
  return (await fetch(`${botUrl}/readyz`)).status;
}

/** Waits until the bot is ready, or has another status. */
export function untilReadiness(world: World, status = 200): Promise<number> {
  return eventually(
    () => readiness(world),
    (now) => now === status,
  );
}
