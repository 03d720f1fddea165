import type { InvokeResponse } from 'botbuilder';
import type { PresentedSignIn } from '../sign-in/keeper.ts';
import type { SignInPrompt } from '../sign-in/outcomes.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import { signInPrompt, silentPrompt } from './answers.ts';
import type { SearchConnection } from './connection.ts';
import { visitOf } from './query.ts';
import type { Guest } from './reception.ts';

/** A connection that somebody is not signed in to. */
interface ToSignIn {
  connection: Pick<SearchConnection, 'id' | 'title'>;
  /** Where, if that is known by now. */
  prompt?: SignInPrompt;
}

/** Asks somebody to sign in, without a window where their Teams client can do that. Whose token was of no use is asked with
 * one: the client would bring the same token again. */
export async function promptTo(
  signIn: SignIn,
  { sender, texts }: Guest,
  { token }: PresentedSignIn,
  all: readonly ToSignIn[],
): Promise<InvokeResponse> {
  const prompts = await Promise.all(
    all.map(async ({ connection: { id, title }, prompt }) => {
      const { url, isInPackage = false } = prompt ?? (await signIn.prompt(visitOf(sender, id), Date.now()));
      return { url, title: texts.signIn(title), silent: isInPackage };
    }),
  );
  const [first, ...others] = prompts;
  return first?.silent && others.length === 0 && token === undefined ? silentPrompt(first) : signInPrompt(...prompts);
}
