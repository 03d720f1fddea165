import { ProviderError } from '../sign-in/providers/identity-provider.ts';
import { type Source, SourceError, type SourceSession } from '../sources/source.ts';
import { StoreError } from '../store/store.ts';

/** Labels come from fixed lists and the configuration, never from a person, a query or a channel's id (T72). Each way of
 * exporting metrics implements it. */
export interface Measurements {
  /** @param kind of {@link activityKind} */
  activity(kind: string, status: number, seconds: number): void;
  sourceCall(connection: string, outcome: string, seconds: number): void;
  /** The authentication refused a request. */
  refused(status: number): void;
  securityEvent(event: string, connection: string | undefined): void;
  failure(part: FailedPart, connection: string | undefined): void;
  /** Counts 0, so that the first real event is a rise: Prometheus sees no rise in a series that begins with 1. */
  begin(connection: string | undefined): void;
}

/** What can fail, as a label. */
export const FAILED_PARTS = ['store', 'provider', 'source', 'bot'] as const;
export type FailedPart = (typeof FAILED_PARTS)[number];

/** Alerts are about these. They are too rare for a rate. */
export const RARE_EVENTS = [
  'signin.provider_failed',
  'code.foreign',
  'refresh.reused',
  'credential.tampered',
  'credential.key_missing',
  'record.damaged',
];

/** Seconds. Teams' limit is the last. */
export const BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** T72: other names create no new series. */
const INVOKES = new Set([
  'composeExtension/query',
  'composeExtension/queryLink',
  'composeExtension/anonymousQueryLink',
  'composeExtension/fetchTask',
  'composeExtension/submitAction',
  'composeExtension/selectItem',
  'composeExtension/querySettingUrl',
  'composeExtension/setting',
  'composeExtension/onCardButtonClicked',
  'task/fetch',
  'task/submit',
  'signin/verifyState',
  'signin/tokenExchange',
  'signin/failure',
]);
const TYPES = new Set(['message', 'event', 'conversationUpdate', 'installationUpdate']);

/** An invoke's name or an activity's type; `other` for every name that Teams does not send. */
export function activityKind({ type, name }: { type?: unknown; name?: unknown }): string {
  return type === 'invoke' ? known(INVOKES, name) : known(TYPES, type);
}

function known(names: ReadonlySet<unknown>, name: unknown): string {
  return names.has(name) ? String(name) : 'other';
}

/** @param connectionIds other ids have the label `other`: a stored record may name a connection that is configured no
 * more (T72) */
export function measureWith(sinks: readonly Measurements[], connectionIds: readonly string[]): Measurements {
  const ids = new Set(connectionIds);
  const labelOf = (id: string | undefined) => {
    // An identity check counts for its connection.
    const connection = id?.replace(/\.gate$/, '');
    return connection === undefined || ids.has(connection) ? connection : 'other';
  };
  const each = (measure: (sink: Measurements) => void) => sinks.forEach(measure);
  for (const id of [undefined, ...connectionIds]) each((sink) => sink.begin(id));
  return {
    activity: (...of) => each((sink) => sink.activity(...of)),
    sourceCall: (...of) => each((sink) => sink.sourceCall(...of)),
    refused: (status) => each((sink) => sink.refused(status)),
    securityEvent: (event, connection) => each((sink) => sink.securityEvent(event, labelOf(connection))),
    failure: (part, connection) => each((sink) => sink.failure(part, labelOf(connection))),
    begin: (connection) => each((sink) => sink.begin(connection)),
  };
}

/** The component that an error came from. */
export function failedPart(error: unknown): FailedPart {
  if (error instanceof StoreError) return 'store';
  if (error instanceof ProviderError) return 'provider';
  if (error instanceof SourceError) return 'source';
  return error instanceof Error && error.cause !== undefined ? failedPart(error.cause) : 'bot';
}

/** How a call of a source ended. A replaced query or a deadline does not describe the source. */
export function sourceFailure(error: unknown, { signal }: Pick<SourceSession, 'signal'>): string {
  if (signal.aborted) return 'stopped';
  return error instanceof SourceError ? error.failure : 'broken';
}

/** Measures each call. */
export function timedSource(source: Source, connection: string, measurements: Measurements): Source {
  const { page } = source;
  const timed = async <T>(session: SourceSession, call: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    const end = (outcome: string) => measurements.sourceCall(connection, outcome, (performance.now() - began) / 1000);
    try {
      const response = await call();
      end('answered');
      return response;
    } catch (error) {
      end(sourceFailure(error, session));
      throw error;
    }
  };
  return {
    search: (query, session) => timed(session, () => source.search(query, session)),
    ...(page && { page: (url, session) => timed(session, () => page.call(source, url, session)) }),
  };
}
