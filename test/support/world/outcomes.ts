import type { PostResult } from '../../../local/teams/post.ts';
import { type LogLine, logLines } from '../process/log.ts';
import { allRows, logMark } from './evidence.ts';
import type { SearchResponse, World } from './world.ts';

/** Status and what the body says it is, in one line: `403 connector.refused`, `200 auth`, `501`. */
export function outcomeOf({ status, body }: Pick<PostResult, 'status' | 'body'>): string {
  const { code, composeExtension } = (body ?? {}) as { code?: string; composeExtension?: SearchResponse };
  const kind = code ?? composeExtension?.type;
  return kind === undefined ? String(status) : `${status} ${kind}`;
}

/** What became of each vector, by its name: one `toEqual` then names every vector that went astray. */
export async function outcomesOf<T>(
  vectors: Record<string, T>,
  act: (vector: T) => Promise<Pick<PostResult, 'status' | 'body'>>,
): Promise<Record<string, string>> {
  const outcomes: Record<string, string> = {};
  for (const [name, vector] of Object.entries(vectors)) outcomes[name] = outcomeOf(await act(vector));
  return outcomes;
}

/** That every vector ends like this. */
export function all(vectors: Record<string, unknown>, outcome: string): Record<string, string> {
  return Object.fromEntries(Object.keys(vectors).map((name) => [name, outcome]));
}

/** What a refused request must leave as it was: every row of the store, and what wiki and identity provider were asked. */
export async function sideEffects(world: World): Promise<Record<string, unknown>> {
  const [calls, statistics] = await Promise.all([
    fetch(`${world.wikiUrl}/__calls`).then((response) => response.json() as Promise<{ count: number }>),
    fetch(`${world.identityProviderUrl}/__stats`).then((response) => response.json()),
  ]);
  return { rows: allRows(world), wikiCalls: calls.count, statistics };
}

/** Records of failures in the bot's log (pino's `error` and `fatal`) and what is no record at all: what a request that
 * is merely bad must never cause. */
export async function failuresOf(world: World): Promise<LogLine[]> {
  await logMark(world);
  return logLines(world.bot.output()).filter(({ level }) => Number(level) >= 50);
}
