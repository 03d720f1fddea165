import type { PostResult } from '../../../local/teams/connector/post.ts';
import { type LogLine, logLines } from '../process/log.ts';
import { allRows, logMark } from './evidence.ts';
import type { SearchResponse, World } from './world.ts';

/** Status and type of the body, in one line: `403 connector.refused`, `200 auth`, `501`. */
export function outcomeOf({ status, body }: Pick<PostResult, 'status' | 'body'>): string {
  const { code, composeExtension } = (body ?? {}) as { code?: string; composeExtension?: SearchResponse };
  const kind = code ?? composeExtension?.type;
  return kind === undefined ? String(status) : `${status} ${kind}`;
}

/** The outcome of each vector, by its name: one `toEqual` then names every vector with a wrong outcome. */
export async function outcomesOf<T>(
  vectors: Record<string, T>,
  act: (vector: T) => Promise<Pick<PostResult, 'status' | 'body'>>,
): Promise<Record<string, string>> {
  const outcomes: Record<string, string> = {};
  for (const [name, vector] of Object.entries(vectors)) outcomes[name] = outcomeOf(await act(vector));
  return outcomes;
}

/** Expects this outcome of every vector. */
export function all(vectors: Record<string, unknown>, outcome: string): Record<string, string> {
  return Object.fromEntries(Object.keys(vectors).map((name) => [name, outcome]));
}

/** The state that a refused request must not change: every row of the store, and the requests to wiki and identity
 * provider. */
export async function sideEffects(world: World): Promise<Record<string, unknown>> {
  const [calls, statistics] = await Promise.all([
    fetch(`${world.wikiUrl}/__calls`).then((response) => response.json() as Promise<{ count: number }>),
    fetch(`${world.identityProviderUrl}/__stats`).then((response) => response.json()),
  ]);
  return { rows: allRows(world), wikiCalls: calls.count, statistics };
}

/** Records of failures in the bot's log (pino's `error` and `fatal`), and lines that are no records. A merely bad
 * request must never cause one. */
export async function failuresOf(world: World): Promise<LogLine[]> {
  await logMark(world);
  return logLines(world.bot.output()).filter(({ level }) => Number(level) >= 50);
}
