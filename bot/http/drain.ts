import type { Server, ServerResponse } from 'node:http';

/**
 * Watches a server so that it can end without a failed request.
 * @param timeout milliseconds that requests under way may still take @returns what ends it: nothing new is taken, what
 * is under way is answered, and each answer ends its connection (RFC 9112 section 9.6), which would linger otherwise
 */
export function drainable(server: Server, timeout: number): () => Promise<void> {
  const underWay = new Set<ServerResponse>();
  let draining = false;
  // Before restify's own listener, which may answer at once.
  server.prependListener('request', (_, response) => {
    if (draining) response.setHeader('Connection', 'close');
    underWay.add(response);
    response.once('close', () => underWay.delete(response));
  });
  return async () => {
    draining = true;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const response of underWay) if (!response.headersSent) response.setHeader('Connection', 'close');
    server.closeIdleConnections();
    const late = setTimeout(() => server.closeAllConnections(), timeout);
    await closed;
    clearTimeout(late);
  };
}
