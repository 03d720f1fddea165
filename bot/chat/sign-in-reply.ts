import type { SignIn } from '../sign-in/sign-in.ts';
import type { SignInPrompt } from '../sign-in/types.ts';
import type { RequestContext } from '../teams/access-policy.ts';
import { signInRequest } from '../teams/search/query.ts';
import { supportsTokenExchange } from './conversation.ts';
import { oauthCardReply, type Reply, signinCardReply } from './replies.ts';

export interface PromptOptions {
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
  { sender, texts }: RequestContext,
  connections: readonly { id: string; title: string }[],
  { chooseAccount = false, window = chooseAccount }: PromptOptions = {},
): Promise<Reply> {
  const prompts: (SignInPrompt & { title: string })[] = [];
  // One after the other: it is one conversation that is remembered.
  for (const { id, title } of connections) {
    const visit = { ...signInRequest(sender, id), chooseAccount };
    await signIn.chat.recordPrompt(visit, sender.conversationId, Date.now());
    prompts.push({ ...(await signIn.prompt(visit, Date.now())), title: texts.signIn(title) });
  }
  const [first, ...others] = prompts;
  const silent = !window && others.length === 0 && supportsTokenExchange(sender.activity);
  if (silent && first?.exchange) return oauthCardReply(first, first.exchange);
  return signinCardReply(prompts, first && others.length === 0 ? first.title : texts.signInToAny);
}
