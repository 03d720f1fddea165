import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { createHttpServer } from '../../bot/http/http-server.ts';
import { connectUnread } from '../support/raw-socket.ts';

test('T96: a client that takes an answer in small pieces is hung up on when it has had its time', async () => {
  const received = Buffer.alloc(64 * 1024 * 1024);
  const { server, drain } = createHttpServer((_, response) => response.end(received), {
    writeLimits: { maxMs: 1_500 },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const closed = new Promise<void>((resolve) => {
    server.once('connection', (socket) => socket.once('close', () => resolve()));
  });
  const client = connectUnread(`http://127.0.0.1:${port}`, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  const reading = setInterval(() => client.takeSome(), 100);
  await closed;
  clearInterval(reading);
  expect(await client.takeAll()).toBeLessThan(received.length);
  await drain(1_000);
});
