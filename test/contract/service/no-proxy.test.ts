import { describe, expect, test } from '@jest/globals';
import { readOutboundProxy } from '../../../bot/config/proxy-settings.ts';
import { parseNoProxy } from '../../../bot/platform/no-proxy.ts';
import { proxyRoutes } from '../../../bot/platform/outbound-proxy.ts';

describe('NO_PROXY', () => {
  test.each<[noProxy: string, exempt: string[], proxied: string[]]>([
    ['', [], ['https://example.com']],
    [
      'example.com',
      ['https://example.com', 'https://a.b.example.com', 'https://EXAMPLE.com:8443', 'https://example.com./'],
      ['https://badexample.com', 'https://example.com.attacker.example'],
    ],
    ['.example.com', ['https://example.com', 'https://a.example.com'], ['https://badexample.com']],
    ['*.Example.com.', ['https://example.com', 'https://a.example.com'], ['https://badexample.com']],
    ['a.example, b.example\tc.example,,', ['https://b.example', 'https://c.example'], ['https://d.example']],
    ['example.com:443', ['https://example.com'], ['https://example.com:8443', 'http://example.com']],
    ['example.com:8443', ['https://example.com:8443'], ['https://example.com']],
    ['10.1.2.3', ['https://10.1.2.3', 'https://10.1.2.3:8443'], ['https://10.1.2.30', 'https://110.1.2.3']],
    ['10.1.2.3:8443', ['https://10.1.2.3:8443'], ['https://10.1.2.3']],
    ['10.0.0.0/8', ['https://10.255.0.1'], ['https://11.0.0.1', 'https://10.example.com']],
    ['fd00::1', ['https://[fd00::1]', 'https://[fd00:0:0::1]:8443'], ['https://[fd00::2]']],
    ['[fd00::1]:8443', ['https://[fd00::1]:8443'], ['https://[fd00::1]']],
    ['fd00::/8', ['https://[fdab::1]'], ['https://[fe00::1]', 'https://10.0.0.1']],
    ['10', [], ['https://0.0.0.10', 'https://10.1.1.1']],
    ['https://example.com/', [], ['https://example.com']],
    ['*', ['https://example.com', 'https://10.0.0.1'], []],
    ['a.example,*', ['https://example.com'], []],
  ])('%j', (noProxy, exempt, proxied) => {
    const isExempt = parseNoProxy(noProxy);
    const all = [...exempt, ...proxied];
    expect(all.filter((url) => isExempt(new URL(url)))).toEqual(exempt);
  });
});

/** The parsed value, or the problems. */
function read(env: Record<string, string>) {
  const problems: string[] = [];
  return { proxy: readOutboundProxy(env, (problem): undefined => void problems.push(problem)), problems };
}

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('HTTPS_PROXY', () => {
  test.each<[value: string, origin: string, authorization: string | undefined]>([
    ['http://proxy.example:3128', 'http://proxy.example:3128', undefined],
    ['proxy.example:3128', 'http://proxy.example:3128', undefined],
    [' http://proxy.example/ ', 'http://proxy.example', undefined],
    ['https://proxy.example', 'https://proxy.example', undefined],
    ['http://[fd00::1]:3128', 'http://[fd00::1]:3128', undefined],
    ['http://ada:p%40ss%3Aw%C3%B6rd@proxy.example', 'http://proxy.example', basic('ada:p@ss:wörd')],
    ['ada:secret@proxy.example:8080', 'http://proxy.example:8080', basic('ada:secret')],
    ['http://token@proxy.example', 'http://proxy.example', basic('token:')],
  ])('%s', (value, origin, authorization) => {
    const { proxy, problems } = read({ HTTPS_PROXY: value });
    expect(problems).toEqual([]);
    expect([proxy?.origin.origin, proxy?.authorization]).toEqual([origin, authorization]);
    expect(proxy?.origin.href).not.toContain('@');
  });

  test.each([
    'socks5://sentinel@proxy.example:1080',
    'http://proxy.example:99999',
    'http://ada:sentinel%@proxy.example',
    'http://proxy.example/sentinel',
    'http://proxy.example/?sentinel',
    'http://',
    'DIRECT sentinel',
  ])('refused, without the value: %s', (value) => {
    const { proxy, problems } = read({ HTTPS_PROXY: value });
    expect([proxy, problems]).toEqual([undefined, [expect.stringMatching(/^HTTPS_PROXY must be .*NO_PROXY=\*/)]]);
    expect(problems[0]).not.toContain('sentinel');
    // A value for other programs must not stop the start if Latchkey uses no proxy.
    expect(read({ HTTPS_PROXY: value, NO_PROXY: '*' })).toEqual({ proxy: undefined, problems: [] });
  });

  test('is the name in lower case, if both are set; an empty value counts as not set', () => {
    const originOf = (env: Record<string, string>) => read(env).proxy?.origin.host;
    expect(originOf({ https_proxy: 'a.example', HTTPS_PROXY: 'b.example' })).toBe('a.example');
    expect(originOf({ https_proxy: '', HTTPS_PROXY: 'b.example' })).toBe('b.example');
    expect(originOf({ https_proxy: '', HTTPS_PROXY: ' ' })).toBeUndefined();
    // Set for another program: Latchkey sends no plain http to other machines.
    expect(originOf({ HTTP_PROXY: 'socks5://c.example', ALL_PROXY: 'socks5://c.example' })).toBeUndefined();
  });
});

test('T48: requests to this machine or its link-local addresses use no proxy, and neither does plain http', () => {
  const { proxy } = read({ HTTPS_PROXY: 'http://proxy.example' });
  const agentFor = proxy && proxyRoutes(proxy);
  const direct = [
    'http://169.254.169.254/metadata/identity/oauth2/token',
    'http://169.254.130.2:8081/msi/token',
    'http://127.0.0.1:41056/msi/token',
    'https://169.254.169.254/metadata',
    'https://127.0.0.2',
    'https://localhost:8443',
    'https://wiki.localhost',
    'https://[::1]',
    'https://[::ffff:127.0.0.1]',
    'https://[fe80::1]',
    'http://wiki.example',
  ];
  expect(direct.filter((url) => agentFor?.(url, true) !== undefined)).toEqual([]);
  const proxied = ['https://wiki.example', 'https://10.0.0.1', 'https://localhost.example', 'https://[fd00::1]'];
  expect(proxied.filter((url) => agentFor?.(url, true) === undefined)).toEqual([]);
});
