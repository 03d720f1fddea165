import { ADA } from '../../local/people.ts';
import { expire } from './expire.ts';
import { search, signIn, type World, withWorld } from './world.ts';

const QUERIES = 200;
const TEXTS = ['lakers', 'germany'];

interface Stampede {
  /** Counted by the identity provider. */
  refreshes: number;
  /** Number of responses by kind. */
  responses: Record<string, number>;
}

/** One person's 200 queries at once, when their access token has expired. Those that are more than one person may have
 * waiting get a message that says so (T46); none of them costs a refresh of its own. */
export async function measureStampede(): Promise<Stampede> {
  return withWorld({}, async (world) => {
    await signIn(world, ADA);
    expire(world.botEnv, ADA);
    const before = await refreshesAt(world);
    const all = await Promise.all(Array.from({ length: QUERIES }, (_, at) => search(world, ADA, TEXTS[at % 2] ?? '')));
    const responses: Record<string, number> = {};
    for (const { type } of all) responses[type] = (responses[type] ?? 0) + 1;
    if (!responses.result || responses.auth) throw new Error(`The stampede ended with ${JSON.stringify(responses)}`);
    return { refreshes: (await refreshesAt(world)) - before, responses };
  });
}

async function refreshesAt({ identityProviderUrl }: World): Promise<number> {
  const response = await fetch(`${identityProviderUrl}/__stats`);
  const { issuers } = (await response.json()) as {
    issuers: Record<string, Record<string, { ok: number; refused: number }>>;
  };
  return Object.values(issuers)
    .map((kinds) => kinds['token:refresh_token'] ?? { ok: 0, refused: 0 })
    .reduce((sum, { ok, refused }) => sum + ok + refused, 0);
}
