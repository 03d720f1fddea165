import { type Explain, getJson, type Refused } from './http.ts';

/** One GET of what a link names, as JSON; `undefined` where the API says that there is no such thing for this person.
 * @param none the statuses that say so
 * @throws {SourceError} for every other answer that is not 200 with JSON */
export async function getPage(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
  none: readonly number[],
  explain?: Explain,
): Promise<{ json: unknown } | undefined> {
  let missing = false;
  const look = (refused: Refused) => {
    missing = none.includes(refused.status);
    return explain?.(refused);
  };
  try {
    return await getJson(url, headers, signal, look);
  } catch (error) {
    if (missing) return undefined;
    throw error;
  }
}
