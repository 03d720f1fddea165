import { afterAll, afterEach, beforeAll } from '@jest/globals';
import type { Source, SourceItem, SourcePage } from '../../bot/sources/source.ts';
import type { Fault } from '../../local/wiki/faults/fault.ts';
import { patient } from '../support/patience.ts';
import { type PendingRequest, type SearchServer, type StandIn, startSearchServer } from '../support/search/server.ts';
import { startTrap, type Trap } from '../support/wiki-trap.ts';

/** One source before its stand-in, for what only this source has to do with. */
export interface OneSource {
  url(): string;
  search(text: string, paging?: { skip?: number; count?: number }): Promise<SourcePage>;
  /** The results that an answer holds. */
  answering(body: unknown, text?: string): Promise<SourceItem[]>;
  /** The requests of one search. */
  requested(text: string, paging?: { skip?: number; count?: number }): Promise<PendingRequest[]>;
  /** The page that a path on the stand-in leads to, and the requests that it took. */
  page(path: string): Promise<{ item: SourceItem | null | undefined; requested: PendingRequest[] }>;
  fault(fault: Fault): Promise<void>;
  /** What the real API would not have taken. */
  problems(): string[];
  /** Another host, which must get no request. */
  trap(): Trap;
}

/** Starts the stand-in before the tests of a `describe`, and ends it after them. */
export function oneSource(standIn: StandIn, build: (url: string) => Source): OneSource {
  let server: SearchServer;
  let source: Source;
  let trap: Trap;
  beforeAll(async () => {
    [server, trap] = await Promise.all([startSearchServer(standIn), startTrap()]);
    source = build(server.url);
  });
  afterAll(() => Promise.all([server.close(), trap.close()]));
  afterEach(async () => {
    await server.fault({ times: 0 });
    await server.takeCalls();
    server.takeProblems();
    trap.visits.length = 0;
  });
  const one: OneSource = {
    url: () => server.url,
    search: (text, paging) =>
      source.search(
        { text, skip: 0, count: 25, ...paging },
        { accessToken: server.tokens.reader, signal: AbortSignal.timeout(patient(5_000)) },
      ),
    async answering(body, text = 'lakers') {
      await server.fault({ body: JSON.stringify(body) });
      return (await one.search(text)).items;
    },
    async requested(text, paging) {
      await server.takeCalls();
      await one.search(text, paging);
      return server.takeCalls();
    },
    async page(path) {
      await server.takeCalls();
      const session = { accessToken: server.tokens.reader, signal: AbortSignal.timeout(patient(5_000)) };
      const item = await source.page?.(new URL(path, server.url), session);
      return { item, requested: await server.takeCalls() };
    },
    fault: (fault) => server.fault(fault),
    problems: () => server.takeProblems(),
    trap: () => trap,
  };
  return one;
}
