import type { Activity } from 'botbuilder';
import type { SignIn } from '../sign-in/sign-in.ts';
import type { SignInPrompt, TokenExchangeResource } from '../sign-in/types.ts';
import type { RequestContext } from '../teams/access-policy.ts';
import { sanitizePreview } from '../teams/cards/sanitize.ts';
import { signInRequest } from '../teams/search/query.ts';
import { supportsTokenExchange } from './conversation.ts';

/** What the bot says: an activity, without whom it is for. */
export type Reply = Partial<Activity>;

/** A button of a card. `imBack` says its value in the person's name; `signin` opens it in a window that can answer. */
interface Button {
  type: 'imBack' | 'openUrl' | 'signin';
  title: string;
  value: string;
}

const MAX_LENGTH = { text: 600, title: 100 };
const MAX_BUTTONS = 6;

/** Words alone. Markdown that they hold is not read as such. */
export function textReply(text: string): Reply {
  return { type: 'message', text, textFormat: 'plain' };
}

/** Words with buttons below. */
export function heroCardReply(text: string, buttons: readonly Button[]): Reply {
  const content = { text: sanitizePreview(text, MAX_LENGTH.text), buttons };
  return { type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.hero', content }] };
}

/** Buttons that open the sign-in page: Teams waits for what that page says, as it does for a messaging extension's. One card
 * for all of them: several cards look as if all were needed. A card shows six buttons at most.
 * @param message above the buttons */
export function signinCardReply(prompts: readonly { url: string; title: string }[], message: string): Reply {
  const attachments: Reply['attachments'] = [];
  for (let at = 0; at < prompts.length; at += MAX_BUTTONS) {
    const buttons = prompts.slice(at, at + MAX_BUTTONS).map(
      ({ url, title }): Button => ({
        type: 'signin',
        title: title.slice(0, MAX_LENGTH.title),
        value: url,
      }),
    );
    const content = { text: sanitizePreview(message, MAX_LENGTH.text), buttons };
    attachments.push({ contentType: 'application/vnd.microsoft.card.signin', content });
  }
  return { type: 'message', attachments };
}

/** The same for one connection, where the Teams client first tries to get a token for the person without a window, and brings
 * it (`signin/tokenExchange`). It shows the card where that is of no use
 * (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/authentication/bot-sso-code). */
function oauthCardReply({ url, title }: { url: string; title: string }, exchange: TokenExchangeResource): Reply {
  const { connectionName, ...tokenExchangeResource } = exchange;
  const text = sanitizePreview(title, MAX_LENGTH.text);
  const button: Button = { type: 'signin', title: title.slice(0, MAX_LENGTH.title), value: url };
  const content = { text, connectionName, tokenExchangeResource, buttons: [button] };
  return { type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.oauth', content }] };
}

/** Adaptive Cards, beside each other. */
export function adaptiveCardReply(cards: readonly Record<string, unknown>[]): Reply {
  const attachments = cards.map((content) => ({
    contentType: 'application/vnd.microsoft.card.adaptive',
    content,
  }));
  return { type: 'message', attachments, ...(cards.length > 1 && { attachmentLayout: 'carousel' }) };
}

interface PromptOptions {
  /** Another account than the one that they have there. */
  chooseAccount?: boolean;
  /** Their Teams client could do nothing without one. */
  window?: boolean;
}

/** Asks somebody to sign in, in their conversation, which is remembered where a code may be typed there; without a window,
 * where it is for one connection and their Teams client can do that.
 * @throws {ProviderError} where another service has the address, and is out of reach */
export async function signInReply(
  signIn: SignIn,
  context: RequestContext,
  connections: readonly { id: string; title: string }[],
  { chooseAccount = false, window = chooseAccount }: PromptOptions = {},
): Promise<Reply> {
  const { messages, activity } = context;
  const prompts: (SignInPrompt & { title: string })[] = [];
  // One after the other: it is one conversation that is remembered.
  for (const { id, title } of connections) {
    const request = { ...signInRequest(context, id), chooseAccount };
    await signIn.chat.recordPrompt(request, context.conversationId, Date.now());
    prompts.push({ ...(await signIn.at(id).prompt(request, Date.now())), title: messages.signIn(title) });
  }
  const [first, ...others] = prompts;
  const silent = !window && others.length === 0 && supportsTokenExchange(activity);
  if (silent && first?.exchange) return oauthCardReply(first, first.exchange);
  return signinCardReply(prompts, first && others.length === 0 ? first.title : messages.signInToAny);
}
