export interface Issued {
  token: string;
  conversationId: string;
  userId: string;
  /** Direct Line's address. */
  domain: string;
}

/** Direct Line's client refreshes the token while the page is awake.
 * @throws {Error} */
export async function newToken(): Promise<Issued> {
  const response = await fetch('/directline/token', {
    method: 'POST',
    credentials: 'same-origin',
    cache: 'no-store',
    redirect: 'error',
    signal: AbortSignal.timeout(15_000),
  });
  const received: Issued = await response.json();
  if (!response.ok) throw new Error(`The token broker answered ${response.status}`);
  return received;
}
