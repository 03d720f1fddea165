import type { InvokeResponse } from 'botbuilder';
import type { Connection } from '../connection.ts';
import { withInvokeDeadline } from '../platform/deadline.ts';
import { asObject, isObject, present } from '../platform/json.ts';
import { userKey } from '../sign-in/user.ts';
import type { RequestContext } from './access-policy.ts';
import { accountsCard } from './cards/account-cards.ts';
import { authResponse, BAD_REQUEST, taskCardResponse, taskMessageResponse } from './responses.ts';
import { signInRequest, signInUser } from './search/query.ts';
import type { QueryHandlerDependencies } from './search/query-handler.ts';

export const COMMANDS: readonly unknown[] = ['signOut', 'connections'];

export type AccountAction =
  | { signOut: string }
  | { signOutOfAll: true }
  | { signIn: string; chooseAccount: boolean }
  /** The index of the first connection to show. */
  | { showFrom: number };

interface TaskRequest extends RequestContext {
  value: Record<string, unknown>;
}

export class AccountCommands {
  readonly #deps: QueryHandlerDependencies;

  constructor(deps: QueryHandlerDependencies) {
    this.#deps = deps;
  }

  async fetchTask(activity: Record<string, unknown>): Promise<InvokeResponse> {
    if (!COMMANDS.includes(asObject(activity.value).commandId)) return BAD_REQUEST;
    return this.#authorized(activity, (request) => this.#card(request, request.value.commandId === 'signOut'));
  }

  async submitAction(activity: Record<string, unknown>): Promise<InvokeResponse> {
    // `task/submit` has no command id: the button's data names the action.
    const commandId = present(asObject(activity.value).commandId);
    if (commandId !== undefined && !COMMANDS.includes(commandId)) return BAD_REQUEST;
    return this.#authorized(activity, async (request) => {
      const choice = readChoice(request.value.data);
      const previewAction = present(request.value.botMessagePreviewAction);
      if (!choice || previewAction !== undefined) return BAD_REQUEST;
      if ('showFrom' in choice) return this.#card(request, request.value.commandId === 'signOut', choice.showFrom);
      const connections = this.#deps.connectionsFor(request.asker);
      const named = (name: string) => connections.filter(({ id }) => id === name);
      if ('signIn' in choice) return this.#signIn(request, named(choice.signIn)[0], choice.chooseAccount);
      const toSignOut = 'signOut' in choice ? named(choice.signOut) : connections;
      return 'signOut' in choice && toSignOut.length === 0 ? BAD_REQUEST : this.#signOut(request, toSignOut);
    });
  }

  async #authorized(
    activity: Record<string, unknown>,
    response: (request: TaskRequest) => Promise<InvokeResponse>,
  ): Promise<InvokeResponse> {
    const { value } = activity;
    if (!isObject(value)) return BAD_REQUEST;
    const context = this.#deps.accessPolicy.authorize(activity, taskMessageResponse);
    if ('status' in context) return context;
    return withInvokeDeadline(() => response({ ...context, value })).catch((error: unknown) =>
      taskMessageResponse(context.messages.accountsUnavailable(this.#deps.report(error, 'all'))),
    );
  }

  /** @param toSignOut shows only connections with a sign-in */
  async #card(context: RequestContext, toSignOut: boolean, from = 0): Promise<InvokeResponse> {
    const { messages } = context;
    const all = await this.#deps.signIn.accounts(context, Date.now());
    const accounts = toSignOut ? all.filter(({ account }) => account) : all;
    if (accounts.length === 0) return taskMessageResponse(messages.notSignedIn);
    return taskCardResponse(
      toSignOut ? messages.signOutTitle : messages.connectionsTitle,
      accountsCard(accounts, messages, from),
    );
  }

  /** Teams repeats the invoke with the security code. */
  async #signIn(
    request: TaskRequest,
    connection: Connection | undefined,
    chooseAccount: boolean,
  ): Promise<InvokeResponse> {
    if (!connection) return BAD_REQUEST;
    const code = present(request.value.state);
    const user = signInRequest(request, connection.id);
    if (!chooseAccount || code !== undefined) {
      const { state } = await connection.signIn.state(user, { code }, Date.now());
      if (state === 'signed_in') return this.#card(request, false);
    }
    const { url } = await connection.signIn.prompt({ ...user, chooseAccount }, Date.now());
    return authResponse({ url, title: request.messages.signIn(connection.title) });
  }

  /** Also revokes at the providers. */
  async #signOut(request: TaskRequest, connections: readonly Connection[]): Promise<InvokeResponse> {
    const { messages } = request;
    const ids = connections.map(({ id }) => id);
    for (const { source } of connections) source.forgetUser(userKey(request.asker));
    const signedOut = await this.#deps.signIn.signOutOf(signInUser(request), ids, Date.now());
    const titles = connections.filter(({ id }) => signedOut.includes(id)).map(({ title }) => title);
    return taskMessageResponse(titles.length > 0 ? messages.signedOut(messages.list(titles)) : messages.notSignedIn);
  }
}

export function readChoice(data: unknown): AccountAction | undefined {
  if (!isObject(data)) return undefined;
  if (typeof data.signOut === 'string') return { signOut: data.signOut };
  if (typeof data.signIn === 'string') return { signIn: data.signIn, chooseAccount: false };
  if (typeof data.switchAccount === 'string') return { signIn: data.switchAccount, chooseAccount: true };
  if (Number.isSafeInteger(data.showFrom) && Number(data.showFrom) >= 0) return { showFrom: Number(data.showFrom) };
  return data.signOutOfAll === true ? { signOutOfAll: true } : undefined;
}
