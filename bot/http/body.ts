import { isAscii } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { type JsonObject, parseJsonObject } from '../platform/json.ts';
import { HttpProblem } from './problem.ts';

/** T43: deep nesting can overflow a recursive reader. Teams and the pages nest far less. */
const MAX_DEPTH = 64;

/** T42: runs before the body is read.
 * @throws {HttpProblem} */
export function checkBodyHeaders({ headers }: IncomingMessage, limit: number): void {
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw new HttpProblem(415, 'request.media_type');
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') throw new HttpProblem(415, 'request.media_type');
  if (Number(headers['content-length'] ?? 0) > limit) throw new HttpProblem(413, 'request.too_large');
}

/** Counts bytes as they arrive, so a body without a length cannot exceed `limit`.
 * @throws {HttpProblem} */
export async function readJsonObject(request: IncomingMessage, limit: number): Promise<JsonObject> {
  const text = decode(await readBytes(request, limit));
  if (isTooDeep(text)) throw new HttpProblem(400, 'request.malformed');
  const object = parseJsonObject(text);
  if (!object) throw new HttpProblem(400, 'request.malformed');
  return object;
}

function readBytes(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // The client left during the token check, so no more events follow.
    if (request.destroyed && !request.complete) return reject(new HttpProblem(400, 'request.malformed'));
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) return void chunks.push(chunk);
      request.pause();
      request.removeAllListeners('data');
      reject(new HttpProblem(413, 'request.too_large'));
    });
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.on('error', (cause) => reject(new HttpProblem(400, 'request.malformed', { cause })));
    request.on('close', () => {
      if (!request.readableEnded) reject(new HttpProblem(400, 'request.malformed'));
    });
  });
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

function decode(bytes: Buffer): string {
  if (isAscii(bytes)) return bytes.toString('latin1');
  try {
    return UTF8.decode(bytes);
  } catch {
    throw new HttpProblem(400, 'request.malformed');
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** T43: counts brackets outside strings, before recursive code reads the text. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at + 1);
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > MAX_DEPTH) return true;
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
  return false;
}

function endOfString(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at >= 0 && isEscaped(text, at, from)) at = text.indexOf('"', at + 1);
  return at < 0 ? text.length : at;
}

function isEscaped(text: string, at: number, from: number): boolean {
  let before = at - 1;
  while (before >= from && text.charCodeAt(before) === BACKSLASH) before--;
  return (at - before) % 2 === 0;
}
