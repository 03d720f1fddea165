import type { IncomingMessage } from 'node:http';
import { expect, test } from '@jest/globals';
import { PlaygroundAuthenticator } from '../../../bot/teams/auth/playground-authenticator.ts';

/** A request from the Playground's server. @param remoteAddress the client's address */
const request = (remoteAddress: string | undefined, headers: Record<string, string> = {}) =>
  ({ socket: { remoteAddress }, headers: { host: 'localhost:3978', ...headers } }) as unknown as IncomingMessage;

test.each(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1'])('T9: accepts this machine (%s)', async (address) => {
  await expect(new PlaygroundAuthenticator().verify(request(address))).resolves.toBeInstanceOf(Function);
});

test.each([
  '192.0.2.2',
  '10.0.0.1',
  '0.0.0.0',
  '128.0.0.1',
  '1.127.0.0.1',
  '::',
  '::2',
  'fe80::1',
  '2001:db8::127.0.0.1',
  '::ffff:192.0.2.2',
  '127.0.0.1.example',
  '',
  undefined,
])('T9: refuses all other machines by the connection alone (%s)', async (address) => {
  for (const headers of [{}, { host: '127.0.0.1' }]) {
    const refusal = { name: 'AuthenticationError', status: 403, message: 'not from this machine' };
    await expect(new PlaygroundAuthenticator().verify(request(address, headers))).rejects.toMatchObject(refusal);
  }
});
