import type { Connector } from '../../local/teams/connector/connector.ts';
import { searchItems } from '../servers/handler.ts';
import { resultsOf } from '../workload/answer.ts';
import { WORDS } from '../workload/documents.ts';
import { COMMAND, objectIdOf, SIGNED_IN, SIGNED_OUT_FROM, TENANT } from '../workload/people.ts';

/** One request as Teams sends it. */
export interface Request {
  text: string;
  headers: Record<string, string>;
  body: string;
}

export interface RequestSet {
  signedIn: boolean;
  /** The number of people who send queries in turn. */
  people?: number;
  requests: number;
  tokens: number;
}

/** Results per page. */
const COUNT = 10;
const AGENT = 'Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)';

/** One sequence for every server. People, words and activity ids change, so that no query repeats a current or recent
 * one. */
export async function makeRequests(connector: Connector, set: RequestSet): Promise<Request[]> {
  const tokens = await makeTokens(connector, set.tokens);
  return Array.from({ length: set.requests }, (_, at) => {
    const text = wordFor(at, set.people ?? SIGNED_IN);
    const token = tokens[at % tokens.length];
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': AGENT,
      authorization: `Bearer ${token}`,
    };
    return { text, headers, body: JSON.stringify(activityFor(connector, set, at, text)) };
  });
}

/** The required response for a signed-in user. */
export function expectedResponse({ text }: Request, wikiUrl: string): string {
  return JSON.stringify(resultsOf(searchItems(wikiUrl, text, 0, COUNT)));
}

/** Claims must differ, or two tokens would be equal. */
async function makeTokens(connector: Connector, count: number): Promise<string[]> {
  const tokens: string[] = [];
  for (let at = 0; at < count; at++) tokens.push(await connector.token({ jti: String(at) }));
  return tokens;
}

/** A new word for each query of a person. */
function wordFor(at: number, people: number): string {
  return WORDS[(at + Math.floor(at / people) * 7) % WORDS.length] ?? '';
}

function activityFor(connector: Connector, { signedIn, people = SIGNED_IN }: RequestSet, at: number, text: string) {
  const person = at % people;
  const objectId = objectIdOf(signedIn ? person : SIGNED_OUT_FROM + person);
  const asker = { objectId, tenantId: TENANT, name: 'Ada Example', username: '', editor: false };
  return connector.queryActivity(asker, { commandId: COMMAND, text, count: COUNT });
}
