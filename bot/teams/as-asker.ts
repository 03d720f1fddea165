import type { LiveCredential } from '../sign-in/credentials.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import { SourceError } from '../sources/source.ts';
import type { Owner } from '../store/store.ts';

/** What came of calling a source as somebody. */
export type Called<T> =
  | { state: 'answered'; answer: T; live: LiveCredential }
  /** Every failure of the source but a refused token, which a new sign-in helps. */
  | { state: 'failed'; error: SourceError; live: LiveCredential }
  | { state: 'signed_out' }
  /** Too many wrong codes; until then (milliseconds since the epoch). */
  | { state: 'paused'; until: number };

/** Calls a source with the asker's own token, after redeeming the security code that an invoke brought along, whichever
 * invoke it was. One refresh and one retry where the source refuses the token; then signing in is all that helps. */
export async function callAsAsker<T>(
  signIn: SignIn,
  owner: Owner,
  code: unknown,
  call: (live: LiveCredential) => Promise<T>,
): Promise<Called<T>> {
  const session = await signIn.session(owner, code, Date.now());
  if (session.state !== 'signed_in') return session;
  const first = await tryCall(session, call);
  if (first !== 'unauthorized') return first;
  const renewed = await signIn.renew(owner, session, Date.now());
  const second = renewed ? await tryCall(renewed, call) : 'unauthorized';
  return second === 'unauthorized' ? { state: 'signed_out' } : second;
}

async function tryCall<T>(
  live: LiveCredential,
  call: (live: LiveCredential) => Promise<T>,
): Promise<Called<T> | 'unauthorized'> {
  try {
    return { state: 'answered', answer: await call(live), live };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return error.failure === 'unauthorized' ? 'unauthorized' : { state: 'failed', error, live };
  }
}
