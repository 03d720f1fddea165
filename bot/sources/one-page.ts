import { type AskOptions, type ErrorResponse, getJson, type JsonAnswer } from './http.ts';

export interface PageOptions extends AskOptions {
  /** Whether the API says by this that there is no such thing for this person. */
  isNone(refused: ErrorResponse): boolean;
}

/** One GET of what may not be there, as JSON; `null` where the API says so, by a refusal or by an empty answer.
 * @throws {SourceError} for every other answer that is not a good one with JSON */
export async function getJsonIfFound(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
  { isNone, explain, mayMoveTo }: PageOptions,
): Promise<JsonAnswer | null> {
  let missing = false;
  const look = (refused: ErrorResponse) => {
    missing = isNone(refused);
    return explain?.(refused);
  };
  try {
    const answer = await getJson(url, headers, signal, { explain: look, mayMoveTo });
    return answer.json === undefined ? null : answer;
  } catch (error) {
    if (missing) return null;
    throw error;
  }
}
