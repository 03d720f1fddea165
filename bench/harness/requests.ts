import type { Connector } from '../../local/teams/connector.ts';
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
  /** How many people of the store ask, in turn. */
  people?: number;
  requests: number;
  tokens: number;
}

/** Results of a page. */
const COUNT = 10;
const AGENT = 'Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)';

/** The same sequence for every server: other people, other words and another activity id each time, so that nobody's
 * query is the same as one that is under way, or that was answered a moment ago. */
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

/** What the answer to a request must be, where its asker is signed in. */
export function expectedResponse({ text }: Request, wikiUrl: string): string {
  return JSON.stringify(resultsOf(searchItems(wikiUrl, text, 0, COUNT)));
}

/** Each of its own: two tokens with the same claims would be the same. */
async function makeTokens(connector: Connector, count: number): Promise<string[]> {
  const tokens: string[] = [];
  for (let at = 0; at < count; at++) tokens.push(await connector.token({ jti: String(at) }));
  return tokens;
}

/** Another word for the same person's next query. */
function wordFor(at: number, people: number): string {
  return WORDS[(at + Math.floor(at / people) * 7) % WORDS.length] ?? '';
}

function activityFor(connector: Connector, { signedIn, people = SIGNED_IN }: RequestSet, at: number, text: string) {
  const person = at % people;
  const objectId = objectIdOf(signedIn ? person : SIGNED_OUT_FROM + person);
  const asker = { objectId, tenantId: TENANT, name: 'Ada Example', username: '', editor: false };
  return connector.queryActivity(asker, { commandId: COMMAND, text, count: COUNT });
}
