import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { ApiResponse } from '../api/api.ts';
import type { Fault } from './fault.ts';

/** @param real the normal response */
export async function injectFault(
  fault: Fault,
  real: () => Promise<ApiResponse>,
  response: ServerResponse,
): Promise<void> {
  if (fault.delay) await wait(fault.delay);
  if (fault.hang) return;
  if (fault.reset) {
    response.destroy();
  } else if (fault.redirect) {
    response.writeHead(302, { location: fault.redirect }).end();
  } else if (fault.status !== undefined || fault.body !== undefined) {
    invented(fault, response);
  } else {
    altered(fault, await real(), response);
  }
}

function invented(fault: Fault, response: ServerResponse): void {
  response.writeHead(fault.status ?? 200, {
    'content-type': fault.contentType ?? 'application/json; charset=utf-8',
    ...(fault.retryAfter !== undefined && { 'retry-after': String(fault.retryAfter) }),
    ...fault.headers,
  });
  response.end(fault.body ?? '');
}

function altered(fault: Fault, real: ApiResponse, response: ServerResponse): void {
  const headers: Record<string, string> = { ...real.headers, ...fault.headers };
  const body = bodyOf(fault, real.body);
  if (fault.continueHost) headers.link = `<${fault.continueHost}/w/api.php>; rel="next"`;
  if (fault.gzip) headers['content-encoding'] = 'gzip';
  if (fault.cut) headers['content-length'] = String(body.length);
  response.writeHead(real.status, headers);
  if (fault.cut) {
    response.write(body.subarray(0, body.length / 2), () => response.destroy());
  } else {
    response.end(body);
  }
}

function bodyOf(fault: Fault, real: string): Buffer {
  const text = fault.truncate
    ? real.slice(0, real.length / 2)
    : fault.continueHost
      ? elsewhere(real, fault.continueHost)
      : real;
  const plain = fault.bytes ? Buffer.concat([Buffer.alloc(fault.bytes, ' '), Buffer.from(text)]) : Buffer.from(text);
  return fault.gzip ? gzipSync(plain) : plain;
}

function elsewhere(real: string, host: string): string {
  const url = `${host}/w/api.php?action=query&continue=next`;
  const next = { continue: url, sroffset: url, url, next: url };
  return JSON.stringify({ ...JSON.parse(real), continue: next, next: url, links: { next: url } });
}
