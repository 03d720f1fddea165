import { expect, test } from '@jest/globals';
import { isServiceUrl } from '../../bot/chat/conversation.ts';

/** T48: where the bot sends what it says. */
test.each([
  'https://smba.trafficmanager.net/emea/',
  'https://smba.trafficmanager.net/teams',
  'https://directline.botframework.com/',
  'https://webchat.botframework.com/',
  'https://smba.infra.gov.teams.microsoft.us/teams',
])('T48: %s is a channel’s', (url) => {
  expect(isServiceUrl(url, false)).toBe(true);
});

test.each([
  'http://smba.trafficmanager.net/emea/',
  'https://127.0.0.1/',
  'https://localhost/',
  'https://[::1]/',
  'https://10.0.0.5/',
  'https://169.254.169.254/metadata/',
  'https://0x7f.1/',
  'https://2130706433/',
  'https://[fd00::1]/',
  'https://metadata.google.internal/',
  'https://printer.local/',
  'https://db.corp/',
  'https://intranet/',
  'https://user:word@smba.trafficmanager.net/',
  'file:///etc/passwd',
  'https://',
  '',
  'smba.trafficmanager.net',
  undefined,
  null,
  ['https://smba.trafficmanager.net/'],
])('T48: %p is none, where BASE_URL is not loopback', (url) => {
  expect(isServiceUrl(url, false)).toBe(false);
});

test('T48: under the loopback rule this machine is one, and no other inside', () => {
  expect(isServiceUrl('http://localhost:3981/teams/', true)).toBe(true);
  for (const url of ['http://10.0.0.5/', 'https://10.0.0.5/', 'https://db.corp/'])
    expect(isServiceUrl(url, true)).toBe(false);
});
