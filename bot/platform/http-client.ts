import { Agent, type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps, Agent as SecureAgent } from 'node:https';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import { announcedSize, type DocumentKind, ResponseTooLarge } from './documents.ts';
import { LatchkeyError } from './latchkey-error.ts';

/** What is asked, of a source or the Connector, by Node's own client: behind `fetch`, streams and signals take longer than most wikis do. */
export interface HttpRequest {
  url: string;
  headers: Record<string, string>;
  /** Ends the call, and its connection. */
  signal: AbortSignal;
  /** Makes it a POST. */
  body?: string;
}

/** Shorter than servers keep an idle connection, so that few calls find theirs closed. Milliseconds. */
const IDLE = 4_000;
const OPTIONS = { keepAlive: true, timeout: IDLE };
const plain = { agent: new Agent(OPTIONS), request: requestHttp };
const secure = { agent: new SecureAgent(OPTIONS), request: requestHttps };

/** Sends it, and follows no redirect; the answer's body is not read yet. A GET whose idle connection was just being closed is sent once more.
 * @throws {Error} where no answer comes; its `code` says why */
export async function request(options: HttpRequest): Promise<IncomingMessage> {
  try {
    return await send(options);
  } catch (error) {
    if (!(error instanceof StaleConnectionError) || options.body !== undefined) throw error;
    return send(options);
  }
}

/** The other side had closed the connection when the call came. */
class StaleConnectionError extends Error {
  readonly code = 'ECONNRESET';
}

function send({ url, headers, signal, body }: HttpRequest): Promise<IncomingMessage> {
  const { agent, request } = url.startsWith('https:') ? secure : plain;
  const options: RequestOptions = {
    agent,
    signal,
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'accept-encoding': 'gzip, br', ...headers },
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, options, resolve);
    sent.on('error', (error: NodeJS.ErrnoException) => {
      reject(sent.reusedSocket && error.code === 'ECONNRESET' ? new StaleConnectionError(error.message) : error);
    });
    sent.end(body);
  });
}

/** By content coding (RFC 9110 section 8.4.1), whose names have no case. */
const UNPACK = new Map<string, () => NodeJS.ReadWriteStream>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['br', createBrotliDecompress],
]);

/** The body as text. @param limit bytes after decompression, or the kind of document that has one @throws {Error} where it is longer, cut short, or packed badly */
export function readText(response: IncomingMessage, limit: number | DocumentKind): Promise<string> {
  const maxBytes = typeof limit === 'number' ? limit : limit.maxBytes;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const fail = (error: Error) => {
      response.destroy();
      reject(error);
    };
    const body = decompress(response, fail);
    body.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) fail(tooLargeFor(response, limit));
      else chunks.push(chunk);
    });
    body.on('error', fail);
    body.on('end', () => resolve(decodeUtf8(Buffer.concat(chunks), response.headers['content-type'])));
  });
}

function tooLargeFor({ headers }: IncomingMessage, limit: number | DocumentKind): ResponseTooLarge {
  const size = announcedSize({ length: headers['content-length'], encoding: headers['content-encoding'] });
  return new ResponseTooLarge(limit, size);
}

const CHARSET = /;\s*charset\s*=\s*"?([^";\s]+)/i;

/** By the byte order mark, then by the charset of `Content-Type`; UTF-8 where neither names an encoding. The text comes
 * without the mark, which some servers put before their JSON. */
function decodeUtf8(body: Buffer, contentType = ''): string {
  const label = markedEncoding(body) ?? CHARSET.exec(contentType)?.[1]?.toLowerCase() ?? 'utf-8';
  if (label !== 'utf-8') return decodedAs(label, body);
  const text = body.toString();
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** @see https://encoding.spec.whatwg.org/#bom-sniff */
function markedEncoding(body: Buffer): string | undefined {
  const [first, second, third] = body;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
}

/** What windows-1252 has in the place of control characters. */
const WINDOWS_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

function decodedAs(label: string, body: Buffer): string {
  const decoder = decoderFor(label);
  const text = decoder.decode(body);
  // Browsers read Latin-1 as windows-1252. Some versions of Node leave the control characters in.
  if (decoder.encoding !== 'windows-1252') return text;
  return text.replace(/[\x80-\x9f]/g, (control) => WINDOWS_1252.charAt(control.charCodeAt(0) - 0x80));
}

function decoderFor(label: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(label);
  } catch {
    return new TextDecoder(); // An encoding that no browser knows.
  }
}

function decompress(response: IncomingMessage, fail: (error: Error) => void): NodeJS.ReadableStream {
  const encoding = response.headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding === 'identity') return response;
  const unpack = UNPACK.get(encoding)?.();
  response.on('error', fail);
  if (unpack) return response.pipe(unpack);
  fail(new LatchkeyError('The answer is packed in a way that was not asked for'));
  return response;
}
