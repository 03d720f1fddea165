import { resultsOf, signInOf } from '../workload/answer.ts';
import { searchDocuments } from '../workload/documents.ts';
import { type Item, toItem } from '../workload/items.ts';
import { tokensByUser } from '../workload/people.ts';
import { searchWiki } from '../workload/wiki-client.ts';
import type { Settings } from './settings.ts';

export interface Activity {
  from?: { aadObjectId?: string };
  value?: { parameters?: { name: string; value: string }[]; queryOptions?: { skip: number; count: number } };
}

/** The work of every server except Latchkey, which does it in its own modules: a token by user from a Map, as in the
 * samples; the search; ten cards.
 * @returns the body of the response */
export function queryHandler({ workload, wikiUrl, port, user }: Settings): (activity: Activity) => Promise<object> {
  const tokens = new Map([...tokensByUser(), ...(user ? ([[user.objectId, user.accessToken]] as const) : [])]);
  return async ({ from, value }) => {
    const token = tokens.get(from?.aadObjectId ?? '');
    if (token === undefined) return signInOf(signInUrl(port, from?.aadObjectId));
    const text = value?.parameters?.find(({ name }) => name === 'searchKeyword')?.value ?? '';
    const { skip = 0, count = 25 } = value?.queryOptions ?? {};
    if (workload === 'http') return resultsOf(await searchWiki(wikiUrl, token, text, skip, count));
    return resultsOf(searchItems(wikiUrl, text, skip, count));
  };
}

/** The in-process search, which Latchkey's source also uses. */
export function searchItems(origin: string, text: string, skip: number, count: number): Item[] {
  return searchDocuments(text, skip, count).documents.map((document) => toItem(document, text, origin));
}

/** A sign-in link as in the samples, without a sealed value. */
function signInUrl(port: number, objectId: string | undefined): string {
  const state = Buffer.from(JSON.stringify({ objectId, at: Date.now() })).toString('base64url');
  return `http://localhost:${port}/auth/start?state=${state}`;
}
