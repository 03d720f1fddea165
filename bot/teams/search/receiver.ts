import type { SignIn } from '../../sign-in/sign-in.ts';
import type { SearchConnection } from './search-connection.ts';

/** Which of several connections get the code that an invoke brought along: those that it may be for, since brought to
 * another it would burn; or else the first, which finds out that it is for none of them. */
export async function connectionsForCode(
  signIn: SignIn,
  code: unknown,
  connections: readonly SearchConnection[],
): Promise<readonly SearchConnection[]> {
  if (connections.length < 2) return connections;
  const ids = await signIn.connectionsForCode(code);
  const receivers = connections.filter(({ id }) => ids.includes(id));
  return receivers.length > 0 ? receivers : connections.slice(0, 1);
}
