import { Agent, get as getPlain } from 'node:http';
import { get as getSecure, Agent as SecureAgent } from 'node:https';
import { type Item, pageUrl } from './items.ts';

/** The HTTP call of the other servers: one keep-alive agent for each scheme, and Latchkey's request. */

const OPTIONS = { keepAlive: true, maxSockets: 64 };
const plain = { get: getPlain, agent: new Agent(OPTIONS) };
const secure = { get: getSecure, agent: new SecureAgent(OPTIONS) };

const ASKED = new URLSearchParams({
  action: 'query',
  format: 'json',
  formatversion: '2',
  prop: 'info|revisions|pageimages',
  inprop: 'url',
  rvprop: 'timestamp|user',
  list: 'search',
  generator: 'search',
}).toString();

interface Reply {
  query: {
    search: { pageid: number; title: string; snippet: string }[];
    pages: { pageid: number; revisions: { timestamp: string; user: string }[] }[];
  };
}

/** @throws {Error} for any response but 200 */
export async function searchWiki(
  origin: string,
  accessToken: string,
  text: string,
  skip: number,
  count: number,
): Promise<Item[]> {
  const requested = new URLSearchParams({
    srsearch: text,
    srlimit: String(count),
    sroffset: String(skip),
    gsrsearch: text,
    gsrlimit: String(count),
    gsroffset: String(skip),
  });
  const response = (await getJson(`${origin}/w/api.php?${ASKED}&${requested}`, accessToken)) as Reply;
  const pages = new Map(response.query.pages.map((page) => [page.pageid, page]));
  return response.query.search.map(({ pageid, title, snippet }) => {
    const { timestamp = '', user = '' } = pages.get(pageid)?.revisions[0] ?? {};
    return {
      title,
      snippet: readSnippet(snippet),
      url: pageUrl(origin, title),
      edited: { at: new Date(timestamp), by: user },
    };
  });
}

/** The match is in the first span. The bench's wiki uses no other markup. */
function readSnippet(html: string): Item['snippet'] {
  const pieces = html.split(/<span class="searchmatch">|<\/span>/);
  return pieces.map((text, at) => ({ text, hit: at % 2 === 1 })).filter(({ text }) => text !== '');
}

function getJson(url: string, accessToken: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${accessToken}`, accept: 'application/json' };
    const { get, agent } = url.startsWith('https:') ? secure : plain;
    const request = get(url, { agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode !== 200) return reject(new Error(`The wiki answered ${response.statusCode}`));
        resolve(JSON.parse(Buffer.concat(chunks).toString()));
      });
    });
    request.on('error', reject);
  });
}
