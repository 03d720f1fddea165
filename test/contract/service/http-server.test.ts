import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { createHttpServer } from '../../../bot/http/http-server.ts';
import { remoteAddress } from '../../../bot/http/rate-limits.ts';
import { connectUnread } from '../../support/network/raw-socket.ts';

test('T96: the server closes the connection of a client that reads a response too slowly', async () => {
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

/** An incoming request. @param peer the address of the connection */
const request = (peer: string, forwardedFor?: string) =>
  ({
    socket: { remoteAddress: peer },
    headers: forwardedFor ? { 'x-forwarded-for': forwardedFor } : {},
  }) as IncomingMessage;

const PROXY = '10.0.0.1';
const PROXIES = ['10.0.0.0/8', '::1'];

test.each([
  ['who connects', '203.0.113.7', undefined, '203.0.113.7'],
  ['an IPv4 address in IPv6’s clothes', '::ffff:203.0.113.7', undefined, '203.0.113.7'],
  ['who the proxy forwards for', PROXY, '203.0.113.7', '203.0.113.7'],
  ['the same with a port, as some proxies write it', PROXY, '203.0.113.7:49152', '203.0.113.7'],
  ['the last that is no proxy, whatever stands before it', PROXY, '198.51.100.1, 203.0.113.7, 10.0.0.9', '203.0.113.7'],
  ['of IPv6 the network', PROXY, '2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['the same, spelt otherwise', PROXY, '2001:0DB8:1:2::9', '2001:db8:1:2'],
  ['the same in brackets, with a port', PROXY, '[2001:db8:1:2::7]:443', '2001:db8:1:2'],
  ['what is no address', PROXY, 'unknown-host', 'unknown'],
])('requests of one address count together: %s', (_, peer, forwardedFor, expected) => {
  expect(remoteAddress(PROXIES, () => undefined)(request(peer, forwardedFor))).toBe(expected);
});
