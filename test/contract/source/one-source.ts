import { afterAll, afterEach, beforeAll } from '@jest/globals';
import type { Source, SourceItem, SourcePage } from '../../../bot/sources/source.ts';
import type { Fault } from '../../../local/wiki/faults/fault.ts';
import { patient } from '../../support/patience.ts';
import { type StandIn, type StandInRequest, startSearchServer } from '../../support/search/server.ts';

/** What a stand-in must offer. */
interface Server<Request> {
  url: string;
  tokens: { reader: string };
  fault(fault: Fault): Promise<void>;
  takeCalls(): Promise<Request[]>;
  takeProblems?(): string[];
  close(): Promise<void>;
}

/** One source and its stand-in, for behaviour of this source only. */
export interface OneSource<Request = StandInRequest> {
  url(): string;
  /** For calls of another source at the same stand-in. */
  session(): { accessToken: string; signal: AbortSignal };
  search(text: string, paging?: { skip?: number; count?: number }): Promise<SourcePage>;
  /** The results in an answer. */
  answering(body: unknown, text?: string): Promise<SourceItem[]>;
  /** The requests of one search. */
  requested(text: string, paging?: { skip?: number; count?: number }): Promise<Request[]>;
  /** The page for a path on the stand-in, and the requests for it. */
  page(path: string): Promise<{ item: SourceItem | null | undefined; requested: Request[] }>;
  fault(fault: Fault): Promise<void>;
  /** Requests that the real API would have refused. */
  problems(): string[];
}

/** Starts the stand-in before the tests of a `describe`, and ends it after them. */
export function oneSource(standIn: StandIn, build: (url: string) => Source): OneSource {
  return sourceAt(() => startSearchServer(standIn), build);
}

/** {@link oneSource} at a server of its own. */
export function sourceAt<Request>(
  start: () => Promise<Server<Request>>,
  build: (url: string) => Source,
): OneSource<Request> {
  let server: Server<Request>;
  let source: Source;
  beforeAll(async () => {
    server = await start();
    source = build(server.url);
  });
  afterAll(() => server.close());
  afterEach(async () => {
    await server.fault({ times: 0 });
    await server.takeCalls();
    server.takeProblems?.();
  });
  const one: OneSource<Request> = {
    url: () => server.url,
    session: () => ({ accessToken: server.tokens.reader, signal: AbortSignal.timeout(patient(5_000)) }),
    search: (text, paging) => source.search({ text, skip: 0, count: 25, ...paging }, one.session()),
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
      const item = await source.page?.(new URL(path, server.url), one.session());
      return { item, requested: await server.takeCalls() };
    },
    fault: (fault) => server.fault(fault),
    problems: () => server.takeProblems?.() ?? [],
  };
  return one;
}
