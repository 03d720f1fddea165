import type { InvokeResponse } from 'botbuilder';
import type { Connection } from '../../connection.ts';
import type { PresentedSignIn } from '../../sign-in/connection-sign-in.ts';
import type { SignInPrompt } from '../../sign-in/types.ts';
import type { RequestContext } from '../access-policy.ts';
import { authResponse, silentAuthResponse } from '../responses.ts';
import { signInRequest } from './query.ts';

/** Asks without a window if possible. After a refused token it needs one: the client would send that token again. */
export async function signInResponse(
  context: RequestContext,
  { token }: PresentedSignIn,
  signedOut: readonly { connection: Connection; prompt?: SignInPrompt }[],
): Promise<InvokeResponse> {
  const prompts = await Promise.all(
    signedOut.map(async ({ connection: { id, title, signIn }, prompt }) => {
      const { url, isInPackage = false } = prompt ?? (await signIn.prompt(signInRequest(context, id), Date.now()));
      return { url, title: context.messages.signIn(title), isInPackage };
    }),
  );
  const [first, ...others] = prompts;
  return first?.isInPackage && others.length === 0 && token === undefined
    ? silentAuthResponse(first)
    : authResponse(...prompts);
}
