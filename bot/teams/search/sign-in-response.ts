import type { InvokeResponse } from 'botbuilder';
import type { PresentedSignIn } from '../../sign-in/connection-sign-in.ts';
import type { SignIn } from '../../sign-in/sign-in.ts';
import type { SignInPrompt } from '../../sign-in/types.ts';
import type { RequestContext } from '../access-policy.ts';
import { authResponse, silentAuthResponse } from '../responses.ts';
import { signInRequest } from './query.ts';
import type { SearchConnection } from './search-connection.ts';

/** A connection that somebody is not signed in to. */
interface PendingSignIn {
  connection: Pick<SearchConnection, 'id' | 'title'>;
  /** Where, if that is known by now. */
  prompt?: SignInPrompt;
}

/** Asks somebody to sign in, without a window where their Teams client can do that. Whose token was of no use is asked with
 * one: the client would bring the same token again. */
export async function signInResponse(
  signIn: SignIn,
  { sender, messages: texts }: RequestContext,
  { token }: PresentedSignIn,
  all: readonly PendingSignIn[],
): Promise<InvokeResponse> {
  const prompts = await Promise.all(
    all.map(async ({ connection: { id, title }, prompt }) => {
      const { url, isInPackage = false } = prompt ?? (await signIn.prompt(signInRequest(sender, id), Date.now()));
      return { url, title: texts.signIn(title), silent: isInPackage };
    }),
  );
  const [first, ...others] = prompts;
  return first?.silent && others.length === 0 && token === undefined
    ? silentAuthResponse(first)
    : authResponse(...prompts);
}
