import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ADA, GRACE } from '../../local/people.ts';
import { elementsOf } from '../support/cards.ts';
import { rawRequest } from '../support/raw-http.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.signIn(ADA);
});
afterAll(() => world?.stop());

const LANGUAGES = ['en', 'es', 'fr', 'de', 'pt', 'ja', 'zh-Hans', 'ar', 'hi', 'uk'];

/** How the page begins in a browser that asks for these languages. */
async function pageIn(accepted: string | undefined, target = '/auth/start?ticket=x') {
  const headers = accepted === undefined ? {} : { 'Accept-Language': accepted };
  const { status, headers: answered, text } = await rawRequest(world.botUrl, { target, headers });
  const [, lang, dir] = /<html lang="([^"]*)" dir="([^"]*)"/.exec(text) ?? [];
  return { status, lang, dir, text, vary: answered.vary, caching: answered['cache-control'] };
}

test.each([
  [undefined, 'en', 'ltr'],
  ['de-AT,de;q=0.9,en;q=0.8', 'de', 'ltr'],
  ['en;q=0.5, ar-SA', 'ar', 'rtl'],
  ['fr;q=0, ja;q=0.1', 'ja', 'ltr'],
  ['fr;q=0, nl', 'en', 'ltr'],
  ['zh-CN,zh;q=0.9', 'zh-Hans', 'ltr'],
  ['zh-TW,zh;q=0.9,en;q=0.7', 'en', 'ltr'],
  ['nl,*;q=0.5', 'en', 'ltr'],
  ['../../../etc/passwd, __proto__, constructor;q=x', 'en', 'ltr'],
  [`de;q=0.1,${'x,'.repeat(2_000)}uk`, 'de', 'ltr'],
])('a browser that asks for %s reads %s before any script runs', async (accepted, lang, dir) => {
  expect(await pageIn(accepted)).toMatchObject({
    status: 200,
    lang,
    dir,
    vary: 'Accept-Language',
    caching: 'no-store',
  });
});

test('both pages, and what is said where scripting is off, are in that language', async () => {
  expect((await pageIn('ja')).text).toMatch(/サインインを開いています…[\s\S]*お待ちください。/);
  const { text } = await pageIn('ar', '/auth/callback/wiki?code=x&state=y');
  expect(text).toMatch(/<noscript>[^<]*<div><h1>تم إيقاف تشغيل JavaScript/);
  expect(text).toContain('<h1 tabindex="-1">جارٍ تسجيل دخولك…</h1>');
});

test.each(LANGUAGES)(
  'a page in %s brings all of its words, and knows what the files of the others are made of',
  async (lang) => {
    const { text } = await pageIn(lang, '/auth/settings');
    const [, block = ''] = /<script type="application\/json" id="page-data">([^<]*)<\/script>/.exec(text) ?? [];
    const { messages, others } = JSON.parse(block) as PageData;
    expect(messages.lang).toBe(lang);
    expect(text).toContain(`<title>${messages.title}</title>`);
    expect([lang, ...Object.keys(others)].sort()).toEqual([...LANGUAGES].sort());
    for (const [other, { url, integrity }] of Object.entries(others)) {
      const file = await rawRequest(world.botUrl, { target: url });
      expect(integrity).toBe(`sha384-${createHash('sha384').update(file.text).digest('base64')}`);
      expect(JSON.parse(file.text)).toMatchObject({ lang: other });
    }
  },
);

test('the sign-in prompt is in the language of Teams, and the card in Arabic from right to left', async () => {
  const titleIn = async (locale: string) =>
    (await world.search(GRACE, { text: 'lakers', locale })).suggestedActions?.actions[0]?.title;
  expect(await titleIn('de-DE')).toBe('Bei Contoso wiki anmelden');
  expect(await titleIn('ja-JP')).toBe('Contoso wiki にサインイン');
  expect(await titleIn('ar-EG')).toBe('تسجيل الدخول إلى \u2068Contoso wiki\u2069');
  expect(await titleIn('zh-TW')).toBe('Sign in to Contoso wiki');

  const { attachments } = await world.search(ADA, { text: 'lakers', locale: 'ar-EG' });
  expect(attachments?.[0]?.content).toMatchObject({ type: 'AdaptiveCard', rtl: true });
  expect(elementsOf(attachments?.[0]?.content).map(({ text }) => text)).toContain(
    '\u2068Contoso wiki\u2069 · تم تسجيل الدخول بالحساب \u2068ada@contoso.example\u2069',
  );
});

test('somebody of whom Teams gives no name has one on the confirm page, in the language of Teams', async () => {
  const { body } = await world.post(GRACE, { connection: 'handbook', text: 'x', locale: 'uk-UA' }, (activity) => {
    activity.from = { ...(activity.from as object), name: '' };
  });
  const url = new URL((body as Prompt).composeExtension.suggestedActions.actions[0].value);
  const { body: response, page } = await world.untilCallback(GRACE, {
    connection: 'handbook',
    ticket: url.searchParams.get('ticket') ?? '',
  });
  expect((await page.post('complete', response)).body).toMatchObject({
    next: 'confirm',
    asker: { name: 'користувач Teams' },
  });
});

interface PageData {
  messages: { lang: string; title: string };
  others: Record<string, { url: string; integrity: string }>;
}

interface Prompt {
  composeExtension: { suggestedActions: { actions: [{ value: string }] } };
}
