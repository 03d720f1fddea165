import { describe, expect, test } from '@jest/globals';
import { isCrossSite } from '../../../bot/cli/doctor/checks/web-chat.ts';

const other = (one: string, two: string) => isCrossSite(new URL(one), new URL(two));

/** HTML, "schemefully same site". The public suffix list decides which suffixes are public. */
describe('hosts that a browser treats as the same site', () => {
  test.each([
    ['https://latchkey.contoso.example', 'https://chat.contoso.example'],
    ['https://contoso.example', 'https://a.b.contoso.example:8443'],
    ['https://latchkey.contoso.co.uk', 'https://www.contoso.co.uk'],
    ['https://chat.app.azurewebsites.net', 'https://app.azurewebsites.net'],
    ['http://localhost:3978', 'http://localhost:4099'],
    ['http://127.0.0.1:3978', 'http://127.0.0.1:4099'],
    ['https://[::1]:1', 'https://[::1]:2'],
  ])('%s and %s', (one, two) => {
    expect([other(one, two), other(two, one)]).toEqual([false, false]);
  });
});

describe('hosts that a browser treats as another site', () => {
  test.each([
    ['https://latchkey.contoso.example', 'https://latchkey.fabrikam.example'],
    ['https://latchkey.contoso.example', 'http://chat.contoso.example'],
    ['https://contoso.co.uk', 'https://fabrikam.co.uk'],
    ['https://contoso.com.au', 'https://fabrikam.com.au'],
    ['https://latchkey.azurewebsites.net', 'https://chat.azurewebsites.net'],
    ['https://contoso.github.io', 'https://fabrikam.github.io'],
    ['http://localhost:3978', 'http://127.0.0.1:3978'],
    ['https://10.0.0.1', 'https://10.0.0.2'],
    ['https://contoso.example', 'https://contoso.example.org'],
  ])('%s and %s', (one, two) => {
    expect([other(one, two), other(two, one)]).toEqual([true, true]);
  });
});
