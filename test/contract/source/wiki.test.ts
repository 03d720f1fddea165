import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generateKeyPair, SignJWT } from 'jose';
import { ADA, GRACE, LINUS, TENANTS } from '../../../local/people.ts';
import { startWiki } from '../../../local/wiki/wiki.ts';
import { startIssuer } from '../../support/provider/wiki-issuer.ts';
import { startTestWiki, type TestWiki } from '../../support/wiki/wiki.ts';

const SEARCH = 'action=query&format=json&formatversion=2&list=search&srlimit=50&srsearch=';
const RESTRICTED = 'Los Angeles Lakers trade plan (restricted)';

interface Reply {
  error?: { code: string };
  errors?: { code: string }[];
  query: { searchinfo: { totalhits: number }; search: { title: string }[] };
}

// The stand-in itself: which tokens it accepts, and that it behaves like a MediaWiki.
describe('the local wiki', () => {
  let wiki: TestWiki;

  beforeAll(async () => {
    wiki = await startTestWiki();
  });
  afterAll(() => wiki.close());

  function api(parameters: string, token: string | undefined, url = wiki.url): Promise<Response> {
    return fetch(`${url}/w/api.php?${parameters}`, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
  }

  async function found(text: string, token = wiki.tokens.reader): Promise<string[]> {
    const { query } = (await (await api(SEARCH + encodeURIComponent(text), token)).json()) as Reply;
    return query.search.map((hit) => hit.title);
  }

  describe('access tokens', () => {
    const now = Math.floor(Date.now() / 1000);
    test.each([
      ['for another audience', { aud: 'api://other' }],
      ['without an audience', { aud: undefined }],
      ['of an issuer it does not know', { iss: 'http://localhost:1/other' }],
      ['without an issuer', { iss: undefined }],
      ['that has run out', { exp: now - 1 }],
      ['that never runs out', { exp: undefined }],
      ['that is not valid yet', { nbf: now + 600 }],
      ['without a user', { sub: undefined }],
    ])('a token %s is refused with 401', async (_, claims) => {
      const response = await api(`${SEARCH}lakers`, await wiki.issuer.sign(ADA, claims));
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"/);
      expect(((await response.json()) as Reply).error?.code).toBe('mwoauth-invalid-authorization');
    });

    test('a token without the scope is refused with 403', async () => {
      const response = await api(`${SEARCH}lakers`, await wiki.issuer.sign(ADA, { scope: 'openid profile' }));
      expect(response.status).toBe(403);
      expect(response.headers.get('www-authenticate')).toContain('insufficient_scope');
    });

    test('no token, or a token that is not a JWT: 401', async () => {
      for (const token of [undefined, 'abc', 'a.b.c', ''])
        expect((await api(`${SEARCH}lakers`, token)).status).toBe(401);
    });

    test('a token with the signature of another key, with none, or with the public key as HMAC secret: 401', async () => {
      const { privateKey } = await generateKeyPair('RS256');
      const claims = { iss: wiki.issuer.issuer, aud: 'api://wiki', sub: 'x', scope: 'wiki.read', exp: now + 60 };
      const forged = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'test' }).sign(privateKey);
      const [, payload] = forged.split('.');
      const header = Buffer.from('{"alg":"none"}').toString('base64url');
      const symmetric = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', kid: 'test' })
        .sign(Buffer.alloc(32));
      for (const token of [forged, `${header}.${payload}.`, symmetric]) {
        expect((await api(`${SEARCH}lakers`, token)).status).toBe(401);
      }
    });

    test('several issuers, found by discovery, one of which starts later than the wiki', async () => {
      const first = await startIssuer();
      const gone = await startIssuer();
      await gone.close();
      const own = await startWiki({ port: 0, issuers: [{ issuer: gone.issuer }, { issuer: first.issuer }] });
      expect((await api(`${SEARCH}lakers`, await first.sign(ADA), own.url)).status).toBe(200);
      expect((await api(`${SEARCH}lakers`, await gone.sign(ADA), own.url)).status).toBe(503);
      await own.close();
      await first.close();
    });

    test('an API error has the requested form', async () => {
      const response = await api(`${SEARCH}lakers&errorformat=plaintext`, undefined);
      expect(((await response.json()) as Reply).errors?.[0]?.code).toBe('mwoauth-invalid-authorization');
    });
  });

  describe('restricted pages', () => {
    test('an editor finds them, by the object id or by the user name', async () => {
      const byName = await wiki.issuer.sign(ADA, { oid: undefined, tid: undefined, sub: 'some-subject' });
      for (const token of [wiki.tokens.editor, byName])
        expect(await found('lakers trade', token)).toContain(RESTRICTED);
    });

    test('a reader does not, nor the same object id in another tenant', async () => {
      const others = [GRACE, LINUS].map((person) => wiki.issuer.sign(person));
      const twin = wiki.issuer.sign(ADA, { tid: TENANTS.fabrikam });
      for (const token of await Promise.all([...others, twin]))
        expect(await found('lakers trade', token)).not.toContain(RESTRICTED);
    });

    test('in the browser: 403 without a word of the page, and 200 with an editor’s token', async () => {
      const url = `${wiki.url}/wiki/${encodeURIComponent(RESTRICTED.replaceAll(' ', '_'))}`;
      for (const headers of [{}, { authorization: `Bearer ${wiki.tokens.reader}` }]) {
        const page = await fetch(url, { headers });
        expect(page.status).toBe(403);
        expect(await page.text()).not.toMatch(/trade|Lakers/);
      }
      const page = await fetch(url, { headers: { authorization: `Bearer ${wiki.tokens.editor}` } });
      expect(page.status).toBe(200);
      expect(await page.text()).toContain('Demo content');
    });
  });

  describe('search', () => {
    test.each([
      ['lak', 'Los Angeles Lakers'],
      ['lebron', 'LeBron James'],
      ['germany', 'Germany'],
      ['cote ivoire', "Cote d'Ivoire"],
      ['curacao', 'Curacao'],
      ['reykjavik', 'Iceland'],
    ])('%s finds %s first', async (text, title) => {
      expect((await found(text))[0]).toBe(title);
    });

    test('supports -not, OR, intitle: and "phrases"', async () => {
      expect(await found('lakers -clippers intitle:lakers')).toEqual(['Los Angeles Lakers']);
      expect((await found('intitle:lakers OR intitle:clippers')).toSorted()).toEqual([
        'Los Angeles Clippers',
        'Los Angeles Lakers',
      ]);
      expect(await found('"angeles los"')).toEqual([]);
    });

    test.each(['"', '*', 'NEAR(a b, 2)', 'a" OR title : "b', '{title} : x', '^', '-', 'AND', ') OR (', '\u0000'])(
      'FTS5’s syntax has no effect here: %j',
      async (text) => {
        const response = await api(SEARCH + encodeURIComponent(text), wiki.tokens.reader);
        expect(response.status).toBe(200);
        expect(await response.json()).toHaveProperty('query.search');
      },
    );

    test('an API call that MediaWiki would refuse is refused with its error', async () => {
      const calls = [
        'action=edit&format=json',
        'action=query&format=json&formatversion=2&list=search',
        `${SEARCH}x&srlimit=many`,
      ];
      const codes = await Promise.all(
        calls.map(async (call) => {
          const response = await api(call, wiki.tokens.reader);
          return [response.status, response.headers.get('mediawiki-api-error')];
        }),
      );
      expect(codes).toEqual([
        [200, 'badvalue'],
        [200, 'missingparam'],
        [200, 'badinteger'],
      ]);
    });
  });

  describe('pages and pictures', () => {
    test('a public page and its picture need no token', async () => {
      const page = await fetch(`${wiki.url}/wiki/Germany`);
      expect(page.status).toBe(200);
      const picture = /<img src="([^"]+)"/.exec(await page.text())?.[1];
      const image = await fetch(wiki.url + picture);
      expect(image.headers.get('content-type')).toBe('image/svg+xml');
      expect(await image.text()).toMatch(/^<svg /);
    });

    test('T38: the wiki shows a hostile page as text, and its policy allows no script', async () => {
      const title = 'Hostile HTML <img src=x onerror=alert(1)> &amp; "quotes"';
      const page = await fetch(`${wiki.url}/wiki/${encodeURIComponent(title.replaceAll(' ', '_'))}`);
      const html = await page.text();
      expect(page.status).toBe(200);
      expect(html).toContain('&lt;img src=x onerror=alert(1)&gt; &amp;amp;');
      expect(html).not.toMatch(/<script|<img src=x/);
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    });

    test.each(['/wiki/No_such_page', '/w/images/none.svg', '/w/images/..%2f..%2fpackage.json', '/x', '/w/'])(
      '%s: 404',
      async (path) => {
        expect((await fetch(wiki.url + path)).status).toBe(404);
      },
    );

    test('a malformed address: 400, and the wiki still answers', async () => {
      expect((await fetch(`${wiki.url}/wiki/%E0%A4%A`)).status).toBe(400);
      expect((await fetch(`${wiki.url}/wiki/Germany`)).status).toBe(200);
    });
  });

  test('without the setting there are no fault hooks and no hostile pages', async () => {
    const plain = await startWiki({ port: 0, issuers: [wiki.issuer] });
    expect((await fetch(`${plain.url}/__calls`)).status).toBe(404);
    expect((await fetch(`${plain.url}/__fault`, { method: 'POST', body: '{"status":500}' })).status).toBe(405);
    expect((await api(`${SEARCH}hostile`, wiki.tokens.reader, plain.url)).status).toBe(200);
    expect(await (await fetch(plain.url)).text()).not.toContain('Hostile');
    await plain.close();
  });
});
