import type { Call, Fault } from '../../../local/wiki/faults/fault.ts';

/** The wiki of a world. A test sets its next responses and reads its requests. */
export interface WikiControl {
  fault(fault: Fault): Promise<void>;
  /** Clears the rest of a fault. */
  heal(): Promise<void>;
  /** Requests since the last call. */
  takeCalls(): Promise<Call[]>;
}

export function wikiControl(url: string): WikiControl {
  const send = async (path: string, method: string, body?: string) => {
    const response = await fetch(`${url}${path}`, { method, ...(body !== undefined && { body }) });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}`);
    return response.json();
  };
  return {
    fault: async (fault) => void (await send('/__fault', 'POST', JSON.stringify(fault))),
    heal: async () => void (await send('/__fault', 'DELETE')),
    async takeCalls() {
      const { calls } = (await send('/__calls', 'DELETE')) as { calls: Call[] };
      return calls;
    },
  };
}

/** One result, as MediaWiki returns it. */
export interface Hit {
  title: string;
  /** HTML. */
  snippet?: string;
  url?: string;
  image?: string;
  user?: string;
  /** ISO 8601. */
  at?: string;
}

/** A response of the API with these results. */
export function searchResponse(hits: readonly Hit[]): string {
  return JSON.stringify({
    batchcomplete: true,
    query: {
      searchinfo: { totalhits: hits.length },
      search: hits.map(({ title, snippet = '' }, at) => ({ ns: 0, pageid: at + 1, title, snippet })),
      pages: hits.map(({ title, url, image, user, at: timestamp }, at) => ({
        ns: 0,
        pageid: at + 1,
        title,
        ...(url !== undefined && { fullurl: url }),
        ...(image !== undefined && { thumbnail: { source: image, width: 320, height: 320 } }),
        ...((user !== undefined || timestamp !== undefined) && { revisions: [{ user, timestamp }] }),
      })),
    },
  });
}

/** The parameters of a call. */
export function parametersOf(call: Call | undefined): URLSearchParams {
  return new URL(call?.url ?? '/', 'http://wiki').searchParams;
}
