import { resultsOf, signInOf } from '../workload/answer.ts';
import { searchDocuments } from '../workload/documents.ts';
import { type Item, toItem } from '../workload/items.ts';
import { tokensByUser } from '../workload/people.ts';
import { searchWiki } from '../workload/wiki-client.ts';
import type { Settings } from './settings.ts';

/** A query, as far as the work needs it. */
export interface Activity {
  from?: { aadObjectId?: string };
  value?: { parameters?: { name: string; value: string }[]; queryOptions?: { skip: number; count: number } };
}

/** The same work for every server but Latchkey, which does it behind its own seams: a token by user from a Map, as the
 * samples keep it; the search; ten cards. @returns the body of the answer */
export function queryHandler({ workload, wikiUrl, port }: Settings): (activity: Activity) => Promise<object> {
  const tokens = tokensByUser();
  return async ({ from, value }) => {
    const token = tokens.get(from?.aadObjectId ?? '');
    if (token === undefined) return signInOf(signInUrl(port, from?.aadObjectId));
    const text = value?.parameters?.find(({ name }) => name === 'searchKeyword')?.value ?? '';
    const { skip = 0, count = 25 } = value?.queryOptions ?? {};
    if (workload === 'http') return resultsOf(await searchWiki(wikiUrl, token, text, skip, count));
    return resultsOf(searchItems(wikiUrl, text, skip, count));
  };
}

/** In the process: the same for Latchkey's source. */
export function searchItems(origin: string, text: string, skip: number, count: number): Item[] {
  return searchDocuments(text, skip, count).documents.map((document) => toItem(document, text, origin));
}

/** A sign-in link in the samples' way: nothing in it is sealed. */
function signInUrl(port: number, objectId: string | undefined): string {
  const state = Buffer.from(JSON.stringify({ objectId, at: Date.now() })).toString('base64url');
  return `http://localhost:${port}/auth/start?state=${state}`;
}
