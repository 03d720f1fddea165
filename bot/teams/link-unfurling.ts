import type { InvokeResponse } from 'botbuilder';
import type { Connection } from '../connection.ts';
import { withInvokeDeadline } from '../platform/deadline.ts';
import { asObject } from '../platform/json.ts';
import { safeUrl } from '../platform/safe-url.ts';
import type { PresentedSignIn } from '../sign-in/connection-sign-in.ts';
import type { SignInPrompt } from '../sign-in/types.ts';
import { type User, userKey } from '../sign-in/user.ts';
import { localeOf, type RequestContext } from './access-policy.ts';
import { linkAttachment, toAttachments, unreadableLinkAttachment } from './cards/cards.ts';
import { messagesFor } from './locales/texts.ts';
import { BAD_REQUEST, EMPTY_RESULT, PRECONDITION_FAILED, resultResponse, uncachedResults } from './responses.ts';
import { presentedSignIn, signInRequest } from './search/query.ts';
import type { QueryHandlerDependencies } from './search/query-handler.ts';
import { callSource, connectionsForCode } from './search/search-connections.ts';
import { signInResponse } from './search/sign-in-response.ts';

/** Another user, or this user after an outage, may get a card. */
const EMPTY_RESULT_UNCACHED = uncachedResults([]);

interface UnfurlTarget {
  url: string;
  connection: Connection;
}

interface PendingSignIn {
  connection: Connection;
  prompt?: SignInPrompt;
}

/** `anonymousQueryLink` knows no user, so it shows only the link. */
export class LinkUnfurlingHandler {
  readonly #deps: QueryHandlerDependencies;

  constructor(deps: QueryHandlerDependencies) {
    this.#deps = deps;
  }

  async queryLink(activity: Record<string, unknown>): Promise<InvokeResponse> {
    const value = asObject(activity.value);
    const { url } = value;
    if (typeof url !== 'string') return BAD_REQUEST;
    // Teams shows no message here, so an unknown link or a failure leaves the link unchanged.
    const context = this.#deps.accessPolicy.authorize(activity, () => EMPTY_RESULT);
    if ('status' in context) return context;
    const [link, ...others] = this.#find(url, context.asker);
    if (!link) return EMPTY_RESULT;
    return withInvokeDeadline(({ signal }) =>
      this.#unfurl(context, [link, ...others], presentedSignIn(value), signal),
    ).catch((error: unknown) => {
      this.#deps.report(error, link.connection.id);
      return EMPTY_RESULT_UNCACHED;
    });
  }

  async anonymousQueryLink(activity: Record<string, unknown>): Promise<InvokeResponse> {
    const { url } = asObject(activity.value);
    if (typeof url !== 'string') return BAD_REQUEST;
    const [link] = this.#find(url, undefined);
    if (!link) return EMPTY_RESULT;
    return resultResponse([linkAttachment(link.url, link.connection.title, messagesFor(localeOf(activity)))]);
  }

  /** The first connection that finds the page shows it. */
  async #unfurl(
    context: RequestContext,
    links: readonly UnfurlTarget[],
    presented: PresentedSignIn,
    signal: AbortSignal,
  ): Promise<InvokeResponse> {
    const connections = links.map(({ connection }) => connection);
    const receivers = await connectionsForCode(this.#deps.signIn, presented.code, context.asker, connections);
    const toSignIn: PendingSignIn[] = [];
    let unreadable: UnfurlTarget | undefined;
    for (const link of links) {
      const code = receivers.includes(link.connection) ? presented.code : undefined;
      const shown = await this.#show(context, link, { ...presented, code }, signal);
      if (shown === null) unreadable ??= link;
      else if (shown && 'connection' in shown) toSignIn.push(shown);
      else if (shown) return shown;
    }
    if (unreadable) {
      const { url, connection } = unreadable;
      return uncachedResults([unreadableLinkAttachment(url, connection.title, context.messages)]);
    }
    const [first] = toSignIn;
    return first && toSignIn.length === links.length
      ? signInResponse(context, presented, [first])
      : EMPTY_RESULT_UNCACHED;
  }

  /** @returns `null` if the page does not exist or the user may not read it */
  async #show(
    context: RequestContext,
    { url, connection }: UnfurlTarget,
    presented: PresentedSignIn,
    signal: AbortSignal,
  ): Promise<InvokeResponse | PendingSignIn | null | undefined> {
    const { asker, locale } = context;
    const { id, title, linkOrigins, imageOrigins, source } = connection;
    const outcome = await callSource(connection, signInRequest(context, id), presented, async (active) => {
      const { accessToken, site } = active.credential;
      return source.page?.(new URL(url), { accessToken, site, signal, userKey: userKey(asker) });
    });
    if (outcome.state === 'signed_out') return outcome;
    if (outcome.state === 'consent_required') return PRECONDITION_FAILED;
    if (outcome.state === 'failed' && outcome.error.failure === 'forbidden') return null;
    if (outcome.state === 'failed') this.#deps.report(outcome.error, id);
    if (outcome.state !== 'answered') return undefined;
    if (!outcome.response) return outcome.response;
    return uncachedResults(toAttachments([outcome.response], { title, locale, linkOrigins, imageOrigins }));
  }

  /** T48: only links to a connection's own origins. */
  #find(url: string, person: User | undefined): UnfurlTarget[] {
    return this.#deps.connectionsFor(person).flatMap((connection) => {
      const safe = connection.source.page && safeUrl(url, connection.pageOrigins);
      return safe === undefined ? [] : [{ url: safe, connection }];
    });
  }
}
