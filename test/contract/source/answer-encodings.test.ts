import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readBody, sendRequest } from '../../../bot/platform/http-client.ts';
import { patient } from '../../support/patience.ts';

let server: Server;
let received: { type: string | undefined; body: Buffer };
beforeAll(async () => {
  server = createServer((_, response) => {
    if (received.type !== undefined) response.setHeader('content-type', received.type);
    response.end(received.body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => void server.close());

async function read(type: string | undefined, body: Buffer): Promise<string> {
  received = { type, body };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return readBody(await sendRequest({ url, headers: {}, signal: AbortSignal.timeout(patient(5_000)) }), 1_000);
}

const UMLAUTS = '"Öl & Straße"';
const latin1 = Buffer.from(UMLAUTS, 'latin1');
const bytes = (...before: number[]) => Buffer.from(before);

test.each<[string | undefined, Buffer, string]>([
  ['application/json', Buffer.from(UMLAUTS), UMLAUTS],
  [undefined, Buffer.from(UMLAUTS), UMLAUTS],
  ['application/json; charset=utf-8', Buffer.from(`\ufeff${UMLAUTS}`), UMLAUTS],
  ['application/json; charset=ISO-8859-1', latin1, UMLAUTS],
  ['application/json;charset="iso-8859-1"', latin1, UMLAUTS],
  ['text/json; profile=x; Charset = windows-1252', Buffer.concat([bytes(0x80), latin1]), `€${UMLAUTS}`],
  ['application/json; charset=Shift_JIS', bytes(0x93, 0xfa, 0x96, 0x7b), '日本'],
  ['application/json; charset=utf-16', Buffer.from(UMLAUTS, 'utf16le'), UMLAUTS],
  ['application/json', Buffer.concat([bytes(0xff, 0xfe), Buffer.from(UMLAUTS, 'utf16le')]), UMLAUTS],
  ['application/json; charset=iso-8859-1', Buffer.from(`\ufeff${UMLAUTS}`), UMLAUTS],
  ['application/json; charset=no-such-thing', Buffer.from(`\ufeff${UMLAUTS}`), UMLAUTS],
  ['application/json; charset=utf-8', Buffer.from([0xe4]), '\ufffd'],
])('an answer of the type %j is decoded with its charset', async (type, body, text) => {
  expect(await read(type, body)).toBe(text);
});
