/** What our token broker gives this browser: `POST /directline/token`. */
export interface Issued {
  token: string;
  conversationId: string;
  userId: string;
  /** Direct Line's address. */
  domain: string;
  refreshKey: string;
}

/** A token for a new conversation. @throws {Error} */
export async function newToken(): Promise<Issued> {
  return post('/directline/token');
}

/** The next token for a conversation that this browser has. @throws {Error} */
export async function nextToken({ token, refreshKey }: Issued): Promise<Issued> {
  return post('/directline/token/refresh', { token, refreshKey });
}

async function post(path: string, body?: object): Promise<Issued> {
  const response = await fetch(path, {
    method: 'POST',
    ...(body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
    credentials: 'same-origin',
    cache: 'no-store',
    redirect: 'error',
    signal: AbortSignal.timeout(15_000),
  });
  const answer: Issued = await response.json();
  if (!response.ok) throw new Error(`The token broker answered ${response.status}`);
  return answer;
}
