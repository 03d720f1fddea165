import {
  type Attributes,
  context,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import type { OAuthConnection } from '../sign-in/authorization.ts';
import { type IdentityProvider, ProviderError, type SingleSignOn } from '../sign-in/providers/identity-provider.ts';
import type { ConnectionTokens } from '../sign-in/token-service/token-service.ts';
import { type Source, SourceError, type SourceSession } from '../sources/source.ts';
import type { Store } from '../store/store.ts';
import { sourceFailure } from './measurements.ts';

interface Response {
  status: number;
}

/** Each request that the bot accepts is a trace of its own, with a span for it, and a child for each call of the store, a
 * provider and a source. T72: attributes and names come from fixed lists and the configuration. No span records an
 * exception, whose message may quote a query. */
export class Tracing {
  readonly #tracer: Tracer;

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  /** @param traceparent of the request. Its sender decides neither the trace's id nor its sampling: it becomes a link.
   * @param began on the clock of `performance.now()` */
  activity<T extends Response>(
    kind: string,
    { traceparent, began }: { traceparent: unknown; began: number },
    work: () => Promise<T>,
  ): Promise<T> {
    const attributes = routeAttributes('/api/messages', { 'latchkey.activity.kind': kind });
    const options = { kind: SpanKind.SERVER, startTime: began, links: linksTo(traceparent), attributes };
    return this.#serve(this.#tracer.startSpan(kind, options, ROOT_CONTEXT), work, ({ status }) => status);
  }

  /** @param path as it is registered, never as it was received
   * @param status of the response, when `work` is done */
  request(path: string, work: () => Promise<void>, status: () => number): Promise<void> {
    const options = { kind: SpanKind.SERVER, attributes: routeAttributes(path) };
    return this.#serve(this.#tracer.startSpan(`POST ${path}`, options, ROOT_CONTEXT), work, status);
  }

  /** @returns that of the request, which the log's lines have, too */
  traceId(): string | undefined {
    return trace.getActiveSpan()?.spanContext().traceId;
  }

  /** Calls outside of a request, such as the housekeeping's, have no span.
   * @param system `sqlite` or `redis` */
  store(store: Store, system: string): Store {
    return this.#traceMethods(store, [], (operation, call) => {
      if (!trace.getActiveSpan()?.isRecording()) return call();
      const attributes = { 'db.system.name': system, 'db.operation.name': operation };
      return this.#call(`store ${operation}`, attributes, call, errorName);
    });
  }

  oauth(connection: OAuthConnection): OAuthConnection {
    const { id, provider, identityCheck, sso } = connection;
    return {
      ...connection,
      provider: this.#provider(provider, id),
      identityCheck: identityCheck && this.#provider(identityCheck, id),
      ...(sso && { sso: this.#singleSignOn(sso, id) }),
    };
  }

  tokenService(tokens: ConnectionTokens, connection: string): ConnectionTokens {
    return {
      connectionName: tokens.connectionName,
      get: (...of) => this.#ask('get', connection, () => tokens.get(...of)),
      signInResource: (...of) => this.#ask('signInResource', connection, () => tokens.signInResource(...of)),
      exchange: (...of) => this.#ask('exchange', connection, () => tokens.exchange(...of)),
      signOut: (...of) => this.#ask('signOut', connection, () => tokens.signOut(...of)),
    };
  }

  /** The source's API gets the span as `traceparent`. */
  source(source: Source, connection: string): Source {
    const { page } = source;
    const traced = <T>(operation: string, session: SourceSession, call: (traced: SourceSession) => Promise<T>) =>
      this.#call(
        `source ${operation}`,
        { 'latchkey.connection': connection },
        (span) => call({ ...session, traceparent: traceparentOf(span.spanContext()) }),
        (error) => sourceFailure(error, session),
      );
    return {
      search: (query, session) => traced('search', session, (inSpan) => source.search(query, inSpan)),
      ...(page && { page: (url, session) => traced('page', session, (inSpan) => page.call(source, url, inSpan)) }),
    };
  }

  /** People read the reference out. The trace can be found by it. */
  noteReference(reference: string): void {
    trace.getActiveSpan()?.setAttribute('latchkey.reference', reference).setStatus({ code: SpanStatusCode.ERROR });
  }

  async #serve<T>(span: Span, work: () => Promise<T>, status: (response: T) => number): Promise<T> {
    try {
      const response = await context.with(trace.setSpan(ROOT_CONTEXT, span), work);
      const code = status(response);
      span.setAttribute('http.response.status_code', code);
      if (code >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      return response;
    } catch (error) {
      span.setAttribute('error.type', errorName(error)).setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  }

  #provider(provider: IdentityProvider, connection: string): IdentityProvider {
    return {
      authorize: (...of) => this.#ask('authorize', connection, () => provider.authorize(...of)),
      exchange: (...of) => this.#ask('exchange', connection, () => provider.exchange(...of)),
      refresh: (...of) => this.#ask('refresh', connection, () => provider.refresh(...of)),
      revoke: (...of) => this.#ask('revoke', connection, () => provider.revoke(...of)),
    };
  }

  #singleSignOn(sso: SingleSignOn, connection: string): SingleSignOn {
    return {
      resource: sso.resource,
      refusalOf: (...of) => this.#ask('refusalOf', connection, () => sso.refusalOf(...of)),
      exchange: (...of) => this.#ask('onBehalfOf', connection, () => sso.exchange(...of)),
      evict: (asker) => sso.evict(asker),
    };
  }

  /** Revocations of the housekeeping have no span. */
  #ask<T>(operation: string, connection: string, call: () => Promise<T>): Promise<T> {
    if (!trace.getActiveSpan()?.isRecording()) return call();
    return this.#call(`provider ${operation}`, { 'latchkey.connection': connection }, call, providerFailure);
  }

  async #call<T>(
    name: string,
    attributes: Attributes,
    call: (span: Span) => Promise<T>,
    failureOf: (error: unknown) => string,
  ): Promise<T> {
    const span = this.#tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes });
    try {
      const response = await context.with(trace.setSpan(context.active(), span), call, undefined, span);
      span.setAttribute('latchkey.outcome', 'answered');
      return response;
    } catch (error) {
      const failure = failureOf(error);
      span.setAttributes({ 'latchkey.outcome': failure, 'error.type': failure });
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  }

  /** At any depth. */
  #traceMethods<T extends object>(
    methods: T,
    path: readonly string[],
    traced: (operation: string, call: () => Promise<unknown>) => Promise<unknown>,
  ): T {
    const entries = Object.entries(methods).map(([name, method]) => {
      const place = [...path, name];
      if (typeof method !== 'function') return [name, this.#traceMethods(method, place, traced)];
      const operation = place.join('.');
      return [name, (...args: unknown[]) => traced(operation, () => method.apply(methods, args))];
    });
    return Object.fromEntries(entries);
  }
}

/** For each line of the log that is written during a request. */
export function traceFields(): Record<string, string> {
  const spanContext = trace.getActiveSpan()?.spanContext();
  return spanContext ? { trace_id: spanContext.traceId, span_id: spanContext.spanId } : {};
}

function routeAttributes(route: string, more?: Attributes): Attributes {
  return { 'http.request.method': 'POST', 'http.route': route, ...more };
}

function linksTo(traceparent: unknown): Link[] {
  const sender = typeof traceparent === 'string' ? parseTraceParent(traceparent) : null;
  return sender ? [{ context: { ...sender, isRemote: true } }] : [];
}

/** @see https://www.w3.org/TR/trace-context/#traceparent-header */
function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${(traceFlags & 1).toString().padStart(2, '0')}`;
}

function providerFailure(error: unknown): string {
  return error instanceof ProviderError ? error.failure : errorName(error);
}

const NAME = /^[A-Za-z][A-Za-z0-9]{0,63}$/;

/** The class alone. */
function errorName(error: unknown): string {
  if (error instanceof SourceError) return error.failure;
  return error instanceof Error && NAME.test(error.name) ? error.name : 'Error';
}
