import type { IncomingMessage } from 'node:http';
import { expect, test } from '@jest/globals';
import { remoteAddress } from '../../bot/http/rate-limits.ts';

/** A request as it comes in. @param peer who opened the connection */
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
])('counts together: %s', (_, peer, forwardedFor, expected) => {
  expect(remoteAddress(PROXIES, () => undefined)(request(peer, forwardedFor))).toBe(expected);
});

test('who is no trusted proxy can’t say on whose behalf it comes; its operator is told once', () => {
  const warnings: string[] = [];
  const addressOf = remoteAddress(PROXIES, (message) => warnings.push(message));
  for (let times = 0; times < 3; times++) {
    expect(addressOf(request('203.0.113.7', '198.51.100.1'))).toBe('203.0.113.7');
  }
  expect(warnings).toEqual([expect.stringContaining('TRUSTED_PROXIES')]);
});
