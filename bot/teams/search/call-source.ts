import type { PresentedSignIn, Visit } from '../../sign-in/connection-sign-in.ts';
import type { ActiveCredential } from '../../sign-in/credentials/credentials.ts';
import type { SignIn } from '../../sign-in/sign-in.ts';
import type { SignInPrompt } from '../../sign-in/types.ts';
import { SourceError } from '../../sources/source.ts';

/** What came of calling a source as somebody. */
export type Called<T> =
  | { state: 'answered'; response: T; live: ActiveCredential }
  /** Every failure of the source but a refused token, which a new sign-in helps. */
  | { state: 'failed'; error: SourceError; live: ActiveCredential }
  /** Where to sign in, if that is known by now. */
  | { state: 'signed_out'; prompt?: SignInPrompt }
  /** The Teams client brought a token; the person has to allow something before it is of use. */
  | { state: 'consent_required' }
  /** Too many wrong codes; until then (milliseconds since the epoch). */
  | { state: 'paused'; until: number };

/** Calls a source with the asker's own token, after a sign-in that an invoke brought the end of, whichever invoke it was. One refresh and one retry where the source refuses the token; then signing in is all that helps. */
export async function callSourceAsUser<T>(
  signIn: SignIn,
  visit: Visit,
  brought: PresentedSignIn,
  call: (live: ActiveCredential) => Promise<T>,
): Promise<Called<T>> {
  const session = await signIn.session(visit, brought, Date.now());
  if (session.state !== 'signed_in') return session;
  const first = await tryCall(session, call);
  if (first !== 'unauthorized') return first;
  const renewed = await signIn.renew(visit, session, Date.now());
  const second = renewed ? await tryCall(renewed, call) : 'unauthorized';
  if (second !== 'unauthorized') return second;
  return { state: 'signed_out', prompt: await signIn.prompt(visit, Date.now()) };
}

async function tryCall<T>(
  live: ActiveCredential,
  call: (live: ActiveCredential) => Promise<T>,
): Promise<Called<T> | 'unauthorized'> {
  try {
    return { state: 'answered', response: await call(live), live };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return error.failure === 'unauthorized' ? 'unauthorized' : { state: 'failed', error, live };
  }
}
