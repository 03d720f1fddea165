import { type InvokeResponse, TeamsActivityHandler, type TurnContext } from 'botbuilder';
import type { Asker } from '../sign-in/asker.ts';
import type { LiveCredential } from '../sign-in/credentials.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import type { FairTurns } from '../sources/fair-turns.ts';
import { type Source, SourceError, type SourceFailure, type SourcePage } from '../sources/source.ts';
import { Superseded, type Typing } from '../sources/typing.ts';
import type { Owner } from '../store/store.ts';
import { BAD_REQUEST, FORBIDDEN, message, NOT_IMPLEMENTED, results, signInPrompt, taskMessage } from './answers.ts';
import { type CardFrame, toAttachment } from './cards.ts';
import { inertRun } from './inert.ts';
import type { Texts } from './locales/en.ts';
import { textsFor, waitIn } from './locales/texts.ts';
import { localeOf, type Query, readQuery, readSender, type Sender } from './query.ts';

/** One thing to search, as the extension sees it. */
export interface SearchConnection {
  id: string;
  title: string;
  source: Source;
  turns: FairTurns;
  typing: Typing;
  linkOrigins: ReadonlySet<string>;
  imageOrigins: ReadonlySet<string>;
}

export interface SearchExtensionParts {
  signIn: SignIn;
  /** By command id. */
  connections: ReadonlyMap<string, SearchConnection>;
  /** `undefined` lets every tenant in. */
  allowedTenants: ReadonlySet<string> | undefined;
  /** Writes down what went wrong; returns the reference under which it can be found. */
  report(error: unknown, connectionId: string): string;
}

/** Teams gives up after 5 s; every answer is out within 4.5 s, with some time for the way there. Milliseconds. */
const DEADLINE = 4_000;
/** What a message quotes: a query, an account's name. Characters. */
const LONGEST_SHOWN = 200;

interface Search {
  query: Query;
  sender: Sender;
  owner: Owner;
  connection: SearchConnection;
  texts: Texts;
  signal: AbortSignal;
}

/** Translates what Teams says to sign-in and search, and back. Decides nothing else. */
export class SearchExtension extends TeamsActivityHandler {
  readonly #parts: SearchExtensionParts;

  constructor(parts: SearchExtensionParts) {
    super();
    this.#parts = parts;
  }

  /** Answers an invoke, in native async from end to end: see DESIGN.md section 7. */
  override async onInvokeActivity(context: TurnContext): Promise<InvokeResponse> {
    // The stock dispatcher reads into `value` unchecked, so what is not answered here is not handed to it.
    const activity = context.activity as unknown as Record<string, unknown>;
    if (activity.name === 'composeExtension/query') return this.#answerQuery(activity);
    // After an auth answer Teams has been seen to send `task/fetch` for an action command.
    const fetchesTask = activity.name === 'composeExtension/fetchTask' || activity.name === 'task/fetch';
    if (fetchesTask && isSignOut(activity.value)) return this.#answerSignOut(activity);
    return NOT_IMPLEMENTED;
  }

  // The stock two read `channelData.eventType` unchecked, and throw where there is no channelData (T10).
  protected override async dispatchMessageUpdateActivity(): Promise<void> {}
  protected override async dispatchMessageDeleteActivity(): Promise<void> {}

  async #answerQuery(activity: Record<string, unknown>): Promise<InvokeResponse> {
    const query = readQuery(activity.value);
    const connection = query && this.#parts.connections.get(query.commandId);
    if (!query || !connection) return BAD_REQUEST;
    const texts = textsFor(localeOf(activity));
    const sender = this.#admit(activity, texts, message);
    if ('status' in sender) return sender;
    const owner = { asker: sender.asker, connectionId: connection.id };
    return this.#inTime(
      (signal) => this.#search({ query, sender, owner, connection, texts, signal }),
      connection,
      texts,
    );
  }

  /** Who asks, if they may; else the answer that says why not. */
  #admit(
    activity: Record<string, unknown>,
    texts: Texts,
    say: (text: string) => InvokeResponse,
  ): Sender | InvokeResponse {
    const sender = readSender(activity);
    if (sender === 'tenants_differ') return FORBIDDEN;
    if (sender === 'no_identity') return say(texts.noIdentity);
    const { allowedTenants } = this.#parts;
    return allowedTenants && !allowedTenants.has(sender.asker.tenantId) ? say(texts.notAllowed) : sender;
  }

  /** Signs the asker out of everything, here and at the providers; they stay signed in to Teams. */
  async #answerSignOut(activity: Record<string, unknown>): Promise<InvokeResponse> {
    const texts = textsFor(localeOf(activity));
    const sender = this.#admit(activity, texts, taskMessage);
    if ('status' in sender) return sender;
    const { signIn, connections, report } = this.#parts;
    const titles: string[] = [];
    try {
      for (const { id, title, typing } of new Set(connections.values())) {
        typing.forget(askerKey(sender.asker));
        if (await signIn.signOut({ asker: sender.asker, connectionId: id }, Date.now())) titles.push(title);
      }
    } catch (error) {
      return taskMessage(texts.signOutFailed(report(error, 'all')));
    }
    return taskMessage(titles.length > 0 ? texts.signedOut(titles.join(', ')) : texts.notSignedIn);
  }

  /** Answers before Teams gives up, and stops what is under way then (T78). */
  async #inTime(
    work: (signal: AbortSignal) => Promise<InvokeResponse>,
    connection: SearchConnection,
    texts: Texts,
  ): Promise<InvokeResponse> {
    const controller = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`No answer within ${DEADLINE} ms`)), DEADLINE);
    });
    try {
      return await Promise.race([work(controller.signal), late]);
    } catch (error) {
      return message(texts.unavailable(connection.title, this.#parts.report(error, connection.id)));
    } finally {
      clearTimeout(timer);
      controller.abort();
    }
  }

  async #search(search: Search): Promise<InvokeResponse> {
    const { owner, query, texts } = search;
    const session = await this.#parts.signIn.session(owner, query.code, Date.now());
    if (session.state === 'paused') {
      return message(texts.paused(waitIn(texts, (session.until - Date.now()) / 1000)));
    }
    return session.state === 'signed_in' ? this.#searchAs(search, session, true) : this.#askToSignIn(search);
  }

  /** One refresh and one retry where the source refuses the token; then signing in is all that helps. */
  async #searchAs(search: Search, live: LiveCredential, mayRenew: boolean): Promise<InvokeResponse> {
    try {
      return this.#show(search, await this.#call(search, live), live);
    } catch (error) {
      if (error instanceof Superseded) return message(search.texts.superseded);
      if (!(error instanceof SourceError)) throw error;
      if (error.failure !== 'unauthorized') return this.#failed(search, live, error);
      const renewed = mayRenew ? await this.#parts.signIn.renew(search.owner, live, Date.now()) : undefined;
      return renewed ? this.#searchAs(search, renewed, false) : this.#askToSignIn(search);
    }
  }

  /** One call for what a person types, when it is their turn. */
  #call({ query, connection, sender, signal }: Search, { credential, version }: LiveCredential): Promise<SourcePage> {
    const { source, turns, typing } = connection;
    const { asker, conversationId: where, activityId: delivery } = sender;
    const [whose, { accessToken }] = [askerKey(asker), credential];
    return typing.search({ whose, where, delivery, version, query, signal }, Date.now(), (signal) =>
      turns.take(whose, signal, () => source.search(query, { accessToken, signal })),
    );
  }

  #askToSignIn({ sender, owner, connection, texts }: Search): InvokeResponse {
    const { asker, name, locale } = sender;
    const url = this.#parts.signIn.startUrl({ asker, name, locale, connectionId: owner.connectionId }, Date.now());
    return signInPrompt(url, texts.signIn(connection.title));
  }

  #show({ query, connection, sender, texts }: Search, page: SourcePage, live: LiveCredential): InvokeResponse {
    const { title, linkOrigins, imageOrigins } = connection;
    if (page.items.length === 0) {
      if (query.skip > 0) return message(texts.noMore);
      return message(
        query.text ? texts.nothingFound(inertRun(query.text, LONGEST_SHOWN), title) : texts.nothingRecent(title),
      );
    }
    const account = live.credential.account.name;
    const frame: CardFrame = { title, account, locale: sender.locale, linkOrigins, imageOrigins };
    return results(page.items.slice(0, query.count).map((item) => toAttachment(item, frame)));
  }

  /** Four failures, four answers (TEAMS.md: "No matches" for every error is what people complain about). */
  #failed({ connection, texts }: Search, live: LiveCredential, error: SourceError): InvokeResponse {
    const { title, id } = connection;
    const answers: Record<Exclude<SourceFailure, 'unauthorized'>, () => string> = {
      forbidden: () => texts.forbidden(inertRun(live.credential.account.name, LONGEST_SHOWN), title),
      rate_limited: () => texts.busy(title, waitIn(texts, error.retryAfter ?? 30)),
      unavailable: () => texts.unavailable(title, this.#parts.report(error, id)),
    };
    return message(answers[error.failure as keyof typeof answers]());
  }
}

function askerKey({ tenantId, objectId }: Asker): string {
  return `${tenantId}/${objectId}`;
}

/** The manifest's action command. */
function isSignOut(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (value as { commandId?: unknown }).commandId === 'signOut';
}
