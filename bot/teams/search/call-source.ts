import type { Connection } from '../../connection.ts';
import type { PresentedSignIn, SignInRequest } from '../../sign-in/connection-sign-in.ts';
import type { ActiveCredential } from '../../sign-in/credentials/credentials.ts';
import { SourceError } from '../../sources/source.ts';
import type { SearchOutcome } from './outcome.ts';

/** Calls a source with the user's own token, after the presented code or token is redeemed. Where the source refuses the
 * token, the bot refreshes it once and calls once more. After that only a sign-in helps. */
export async function callSource<T>(
  connection: Connection,
  request: SignInRequest,
  presented: PresentedSignIn,
  call: (active: ActiveCredential) => Promise<T>,
): Promise<SearchOutcome<T>> {
  const { signIn } = connection;
  const state = await signIn.state(request, presented, Date.now());
  if (state.state !== 'signed_in') return { connection, ...state };
  const first = await tryCall(connection, state, call);
  if (first !== 'unauthorized') return first;
  const renewed = await signIn.renew(request, state, Date.now());
  const second = renewed ? await tryCall(connection, renewed, call) : 'unauthorized';
  if (second !== 'unauthorized') return second;
  return { connection, state: 'signed_out', prompt: await signIn.prompt(request, Date.now()) };
}

async function tryCall<T>(
  connection: Connection,
  active: ActiveCredential,
  call: (active: ActiveCredential) => Promise<T>,
): Promise<SearchOutcome<T> | 'unauthorized'> {
  try {
    return { connection, state: 'answered', response: await call(active), active };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return error.failure === 'unauthorized' ? 'unauthorized' : { connection, state: 'failed', error, active };
  }
}
