import { type Api, type RunningService, startService } from '../oauth2/server.ts';
import { DOCUMENTS } from '../search/documents.ts';
import type { StandIn } from '../search/server.ts';
import { startTestWiki, type TestWiki } from '../wiki/wiki.ts';
import { standInOf } from './stand-ins.ts';

export interface RunningStandIn extends RunningService {
  /** Requests that the real API would have refused, since the last call. */
  takeProblems(): string[];
}

/** Starts the stand-in for the system of a preset: its sign-in, and an API that accepts only the tokens of that
 * sign-in. An account without editor rights sees no restricted document. */
export async function startStandIn(preset: string, redirectUris: readonly string[]): Promise<RunningStandIn> {
  const { service, search, pagesAt, tokenTtl } = standInOf(preset);
  const problems: string[] = [];
  const wiki = search === 'wiki' ? await startTestWiki() : undefined;
  const api = search === 'wiki' ? wikiApi(wiki as TestWiki) : searchApi(search, problems, pagesAt);
  const running = await startService(service, { redirectUris, api, ...(tokenTtl === null && { tokenTtl }) });
  return {
    ...running,
    takeProblems: () => problems.splice(0),
    close: async () => void (await Promise.all([running.close(), wiki?.close()])),
  };
}

function searchApi(standIn: StandIn, problems: string[], pagesAt: string | undefined): Api {
  return async (requested, { origin, account }) => {
    const documents = DOCUMENTS.filter(({ restricted }) => !restricted || account.person.editor);
    try {
      return standIn(requested, { origin: pagesAt ?? origin, documents });
    } catch (error) {
      problems.push(`${requested.method} ${requested.url} ${requested.body}: ${(error as Error).message}`);
      return { status: 400, json: { error: (error as Error).message } };
    }
  };
}

/** The local wiki accepts only tokens of its own issuer. */
function wikiApi(wiki: TestWiki): Api {
  return async ({ url }, { origin, account }) => {
    const token = account.person.editor ? wiki.tokens.editor : wiki.tokens.reader;
    const response = await fetch(wiki.url + url.replace(/^\/api\.php/, '/w/api.php'), {
      headers: { authorization: `Bearer ${token}` },
    });
    const text = await response.text();
    return { status: response.status, json: JSON.parse(text.replaceAll(wiki.url, origin)) };
  };
}
