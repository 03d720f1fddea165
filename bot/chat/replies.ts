import type { Activity } from 'botbuilder';
import type { SignIn } from '../sign-in/sign-in.ts';
import type { SignInPrompt, TokenExchangeResource } from '../sign-in/types.ts';
import type { RequestContext } from '../teams/access-policy.ts';
import { sanitizePreview } from '../teams/cards/sanitize.ts';
import { signInRequest } from '../teams/search/query.ts';
import { supportsTokenExchange } from './conversation.ts';

export type Reply = Partial<Activity>;

/** `imBack` sends its value as the user's message. `signin` opens a window that can return a code. */
interface Button {
  type: 'imBack' | 'openUrl' | 'signin';
  title: string;
  value: string;
}

const MAX_LENGTH = { text: 600, title: 100 };
const MAX_BUTTONS = 6;

/** Teams renders no Markdown in this text. */
export function textReply(text: string): Reply {
  return { type: 'message', text, textFormat: 'plain' };
}

export function heroCardReply(text: string, buttons: readonly Button[]): Reply {
  const content = { text: sanitizePreview(text, MAX_LENGTH.text), buttons };
  return { type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.hero', content }] };
}

/** One card for all prompts, since several look as if all were required. A card shows at most six buttons. */
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

/** The Teams client first tries to get a token without a window.
 * @see https://learn.microsoft.com/microsoftteams/platform/bots/how-to/authentication/bot-sso-code */
function oauthCardReply({ url, title }: { url: string; title: string }, exchange: TokenExchangeResource): Reply {
  const { connectionName, ...tokenExchangeResource } = exchange;
  const text = sanitizePreview(title, MAX_LENGTH.text);
  const button: Button = { type: 'signin', title: title.slice(0, MAX_LENGTH.title), value: url };
  const content = { text, connectionName, tokenExchangeResource, buttons: [button] };
  return { type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.oauth', content }] };
}

export function adaptiveCardReply(cards: readonly Record<string, unknown>[]): Reply {
  const attachments = cards.map((content) => ({
    contentType: 'application/vnd.microsoft.card.adaptive',
    content,
  }));
  return { type: 'message', attachments, ...(cards.length > 1 && { attachmentLayout: 'carousel' }) };
}

interface PromptOptions {
  chooseAccount?: boolean;
  /** The Teams client could not sign in without a window. */
  window?: boolean;
}

/** Records the prompt for six digits that the user may type later (T66).
 * @throws {ProviderError} if the token service gives no sign-in address */
export async function signInReply(
  signIn: SignIn,
  context: RequestContext,
  connections: readonly { id: string; title: string }[],
  { chooseAccount = false, window = chooseAccount }: PromptOptions = {},
): Promise<Reply> {
  const { messages, activity } = context;
  const prompts: (SignInPrompt & { title: string })[] = [];
  // In sequence: the prompts share one conversation record.
  for (const { id, title } of connections) {
    const request = { ...signInRequest(context, id), chooseAccount };
    await signIn.chat.recordPrompt(request, context.conversationId, Date.now());
    prompts.push({
      ...(await signIn.at(id, request.asker).prompt(request, Date.now())),
      title: messages.signIn(title),
    });
  }
  const [first, ...others] = prompts;
  const silent = !window && others.length === 0 && supportsTokenExchange(activity);
  if (silent && first?.exchange) return oauthCardReply(first, first.exchange);
  return signinCardReply(prompts, first && others.length === 0 ? first.title : messages.signInToAny);
}
