import type { SignIn } from '../sign-in/sign-in.ts';
import { visitOf } from '../teams/query.ts';
import type { Guest } from '../teams/reception.ts';
import { askToSignIn, type Reply } from './replies.ts';

/** Asks somebody to sign in, in their conversation, which is remembered where a code may be typed there.
 * @throws {ProviderError} where another service has the address, and is out of reach */
export async function promptIn(
  signIn: SignIn,
  { sender, texts }: Guest,
  connections: readonly { id: string; title: string }[],
  chooseAccount = false,
): Promise<Reply> {
  const prompts: { title: string; url: string }[] = [];
  // One after the other: it is one conversation that is remembered.
  for (const { id, title } of connections) {
    const visit = { ...visitOf(sender, id), chooseAccount };
    await signIn.noteAsked(visit, sender.conversationId, Date.now());
    const { url } = await signIn.prompt(visit, Date.now());
    prompts.push({ title: texts.signIn(title), url });
  }
  return askToSignIn(prompts);
}
