import type { RequestListener, ServerResponse } from 'node:http';
import type { Metrics } from './metrics.ts';

/** `GET /metrics`, and 404 for all else. It belongs on a port of its own, which no proxy leads to. */
export function metricsRoute(metrics: Metrics, report: (error: unknown) => void): RequestListener {
  return (request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') return end(response, 404);
    send(metrics, response).catch((error: unknown) => {
      report(error);
      end(response, 500);
    });
  };
}

async function send(metrics: Metrics, response: ServerResponse): Promise<void> {
  const text = await metrics.text();
  response.setHeader('Content-Type', metrics.contentType);
  response.setHeader('Cache-Control', 'no-store');
  end(response, 200, text);
}

/** By `statusCode`: `writeHead` is restify's by then, on every server of the process, and can't be chained. */
function end(response: ServerResponse, status: number, text = ''): void {
  response.statusCode = status;
  response.end(text);
}
