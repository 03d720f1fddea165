import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { en } from '../../../auth-page/locales/en.ts';
import { useAuthBench, wording } from '../../support/browser/auth-browser.ts';
import type { HostBehaviour } from '../../support/browser/auth-host.ts';
import { done, problem, QUESTION, WRONG_PERSON } from '../../support/browser/auth-stub.ts';
import { fits, look } from '../../support/browser/looks.ts';
import { describeWithChromium } from '../../support/requirements.ts';

const SIZES = [
  { width: 480, height: 700 },
  { width: 320, height: 640 },
];
/** Parts of a catalogue that are no words. */
const UNTRANSLATED = ['lang', 'dir'];
/** A language, the question and the warning of its confirm page, and the labels of its buttons. */
const PAGES = [
  ['ar', 'rtl', /هل تريد ربط الحساب ada في Contoso handbook/, /فقم بالإلغاء/, ['ربط', 'استخدام حساب آخر', 'إلغاء']],
  [
    'ja',
    'ltr',
    /Contoso handbook のアカウント ada を/,
    /キャンセルしてください。/,
    ['接続', '別のアカウントを使う', 'キャンセル'],
  ],
  [
    'de',
    'ltr',
    /Konto ada bei Contoso handbook mit Ada Example/,
    /brechen Sie ab\./,
    ['Verbinden', 'Anderes Konto verwenden', 'Abbrechen'],
  ],
] as const;

describeWithChromium('The pages in the reader’s language', () => {
  const bench = useAuthBench();
  const callback = () => `${bench.auth.origin}/auth/callback/handbook?code=c&state=s`;

  /** The confirm page, in a browser of that language and in front of a Teams window with this behaviour. */
  async function confirmPage(locale: string, behaviour: HostBehaviour = {}) {
    const visitor = await bench.anotherVisitor({ locale });
    bench.auth.script.complete = { body: { ...QUESTION, again: 'the-second-ticket' } };
    const { page } = await visitor.popUp(bench.teams, callback(), behaviour);
    await wording(page, 'confirm');
    return { page, visitor };
  }

  /** The decision is refused. */
  async function toWrongPerson(page: Page): Promise<void> {
    bench.auth.script.confirm = problem('signin.identity_mismatch', 403, WRONG_PERSON);
    await page.getByRole('button').first().click();
    await wording(page, 'signin.identity_mismatch');
  }

  async function lookAtSizes(page: Page, name: string): Promise<void> {
    for (const size of SIZES) {
      await page.setViewportSize(size);
      await fits(page, `${name}-${size.width}`);
    }
    await look(page, name);
  }

  test.each(PAGES)(
    '%s (%s): question, warning, separated names, and every ending fit',
    async (...[lang, dir, asks, warns, labels]) => {
      const { page, visitor } = await confirmPage(lang);

      expect(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir])).toEqual([
        lang,
        dir,
      ]);
      expect(await page.locator('h1').innerText()).toMatch(asks);
      expect(await page.locator('.body p').last().innerText()).toMatch(warns);
      expect(await page.getByRole('button').allInnerTexts()).toEqual(labels);
      expect((await page.locator('h1 bdi').allInnerTexts()).sort()).toEqual(['Ada Example', 'Contoso handbook', 'ada']);
      await lookAtSizes(page, `${lang}-confirm`);

      await toWrongPerson(page);
      await lookAtSizes(page, `${lang}-wrong-person`);

      bench.auth.script.complete = done(true);
      const alone = await visitor.alone(callback());
      await wording(alone, 'doneSearchAgain');
      await lookAtSizes(alone, `${lang}-done`);
      bench.auth.script.start = 'hang';
      const { page: start } = await visitor.popUp(bench.teams, `${bench.auth.origin}/auth/start?ticket=t`);
      await wording(start, 'leaving');
      await lookAtSizes(start, `${lang}-start`);
    },
  );

  test.each(['es', 'fr', 'pt', 'zh-Hans', 'hi', 'uk'])('%s: the question and the wrong person fit', async (locale) => {
    const { page } = await confirmPage(locale);
    await lookAtSizes(page, `${locale}-confirm`);
    await toWrongPerson(page);
    await lookAtSizes(page, `${locale}-wrong-person`);
  });

  test('the language of Teams overrides the language of the browser', async () => {
    const { page } = await confirmPage('en-GB', { locale: 'uk-UA' });
    await page.getByText('Підключити обліковий запис').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('uk');
    expect(await page.getByRole('button').allInnerTexts()).toEqual([
      'Підключити',
      'Інший обліковий запис',
      'Скасувати',
    ]);
  });

  test.each([
    ['pt-PT', 'pt'],
    ['zh-CN', 'zh-Hans'],
    ['zh-TW', 'en'],
    ['nl-NL', 'en'],
  ])('a browser in %s shows %s', async (locale, lang) => {
    const { page } = await confirmPage(locale);
    expect(await page.locator('html').getAttribute('lang')).toBe(lang);
  });

  test.each(['en', 'ar', 'ja', 'de'])(
    'a page in %s loads no file of words if its reader reads that language',
    async (lang) => {
      bench.auth.language = lang;
      const { page } = await confirmPage(lang, { locale: lang });
      await page.waitForLoadState('networkidle');

      const [, , asks = /Connect the Contoso handbook account ada/] = PAGES.find(([other]) => other === lang) ?? [];
      expect(await page.locator('h1').innerText()).toMatch(asks);
      expect(await page.locator('html').getAttribute('lang')).toBe(lang);
      expect(filesOfMessage()).toEqual([]);
    },
  );

  test('a page in German, and a reader of an unsupported language: English, from its file', async () => {
    bench.auth.language = 'de';
    const { page } = await confirmPage('nl');
    expect(await wording(page, 'confirm')).toContain('Connect the Contoso handbook account ada to Ada Example');
    expect(filesOfMessage()).toEqual([expect.stringMatching(/^GET \/auth\/assets\/en-\w+\.json$/)]);
  });

  test('T38: no word of a catalogue ends the data block that contains the words, or becomes markup', async () => {
    const attack = '</ScRiPt></script ><!--<script><img src=x onerror=alert(1)>';
    bench.auth.script.start = 'hang';
    const built = bench.auth.files.get('start.html');
    if (!built) throw new Error('There is no start page');
    bench.auth.files.set('start.html', Buffer.from(await pageWith(String(built), attack)));
    try {
      const { page } = await bench.visitor.popUp(bench.teams, `${bench.auth.origin}/auth/start?ticket=t`);
      expect(await wording(page, 'leaving')).toContain(`${attack}\n\n${attack}`);
      expect(await page.evaluate(() => [document.scripts.length, document.images.length])).toEqual([2, 0]);
      expect(await page.locator('body').innerText()).toBe(await page.locator('main').innerText());
    } finally {
      bench.auth.files.set('start.html', built);
    }
  });

  /** The start page, built with this text in place of each English text. */
  async function pageWith(built: string, message: string): Promise<string> {
    const { pageHtml } = await import(
      pathToFileURL(join(import.meta.dirname, '../../../auth-page/build/page.mjs')).href
    );
    const replacer = (key: string, value: unknown) =>
      typeof value === 'string' && !UNTRANSLATED.includes(key) ? message : value;
    const asset = (name: string) => {
      const [, url, integrity] = new RegExp(`"(/auth/assets/${name})"(?: integrity="([^"]+)")?`).exec(built) ?? [];
      return { url, integrity };
    };
    const [, css] = /<style>([^<]*)<\/style>/.exec(built) ?? [];
    const parts = { script: asset('.+\\.js'), css, icon: asset('.+\\.svg'), mark: '' };
    const messages = JSON.parse(JSON.stringify(en, replacer));
    return pageHtml('start', 'opening', { ...parts, messages, others: {} });
  }

  /** Requests for words that the page did not contain. */
  function filesOfMessage(): string[] {
    const lines = bench.auth.requests.map(({ line }) => line);
    return lines.filter((line) => line.endsWith('.json'));
  }

  test.each([
    ['missing', 'en', 'Connect the Contoso handbook account ada to Ada Example'],
    ['changed on the way', 'en', 'Connect the Contoso handbook account ada to Ada Example'],
    ['missing', 'fr', 'Associer le compte ada de Contoso handbook'],
  ])(
    'a language file that is %s, on a page in %s: the page keeps its own language and works',
    async (subject, lang, asks) => {
      bench.auth.language = lang;
      const [name, contents] = [...bench.auth.files].find(([file]) => /^assets\/de-.*\.json$/.test(file)) ?? [];
      if (!name || !contents) throw new Error('There is no file of German words');
      if (subject === 'missing') bench.auth.files.delete(name);
      else bench.auth.files.set(name, Buffer.from(contents.toString().replace('Verbinden', 'Abbrechen')));
      try {
        const { page, visitor } = await confirmPage('de');
        expect(await wording(page, 'confirm')).toContain(asks);
        expect(await page.locator('html').getAttribute('lang')).toBe(lang);
        // Chromium reports missing and refused files.
        expect(visitor.problems.splice(0).filter((problem) => !/404|integrity/.test(problem))).toEqual([]);
      } finally {
        bench.auth.files.set(name, contents);
      }
    },
  );
});
