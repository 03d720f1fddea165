import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Metrics } from './metrics.ts';

/** `GET /metrics` on a port of its own, which whatever stands in front of the service does not lead to. Not listening yet. */
export function metricsServer(metrics: Metrics, report: (error: unknown) => void): Server {
  return createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') return end(response, 404);
    send(metrics, response).catch((error: unknown) => {
      report(error);
      end(response, 500);
    });
  });
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
