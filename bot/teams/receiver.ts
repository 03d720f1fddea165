import type { SignIn } from '../sign-in/sign-in.ts';
import type { SearchConnection } from './connection.ts';

/** Which of several connections gets the security code that an invoke brought along: the one that it is for, since brought
 * to another it would burn; or else the first, which finds out that it is for none of them. */
export async function receiverOf(
  signIn: SignIn,
  code: unknown,
  connections: readonly SearchConnection[],
): Promise<SearchConnection | undefined> {
  const [first, ...others] = connections;
  if (others.length === 0) return first;
  const id = await signIn.connectionOf(code);
  return connections.find((connection) => connection.id === id) ?? first;
}
