/* The local GitHub for a test. `url` is its origin. */

type Counts = Record<string, { ok: number; refused: number }>;

/** The requests that reached it: `access_token:authorization_code`, `access_token:refresh_token`, `GET /user`, `DELETE
 * …`. */
export async function githubCounts(url: string): Promise<Counts> {
  const { requests } = (await (await fetch(`${url}/__stats`)).json()) as { requests: Counts };
  return requests;
}

/** The number of requests of a kind, with any response. */
export async function githubRequests(url: string, name: string): Promise<number> {
  const { ok, refused } = (await githubCounts(url))[name] ?? { ok: 0, refused: 0 };
  return ok + refused;
}

/** Whether its API accepts an access token. */
export async function isGoodAtGithub(url: string, accessToken: string): Promise<boolean> {
  const headers = { Authorization: `Bearer ${accessToken}`, 'User-Agent': 'a test' };
  const { status } = await fetch(`${url}/user`, { headers });
  if (status !== 200 && status !== 401) throw new Error(`The local GitHub returned ${status}`);
  return status === 200;
}
