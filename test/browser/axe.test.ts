import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { type AuthBench, type AuthVisit, startAuthBench, visit, wording } from '../support/auth-browser.ts';
import { axeFindings } from '../support/axe.ts';
import { describeWithChromium } from '../support/requirements.ts';

const THEMES = ['default', 'dark', 'contrast'];
const CALLBACK = '/auth/callback/wiki?code=c&state=s';

/** Every way in which `complete` can end, as the server says it. */
const ENDS = [
  'signin.identity_mismatch',
  'ticket.invalid',
  'ticket.expired',
  'transaction.unknown',
  'transaction.cookie',
  'confirmation.unknown',
  'request.malformed',
  'request.origin',
  'provider.refused',
  'provider.policy',
  'provider.misconfigured',
  'signin.scope_missing',
  'provider.invalid_response',
  'provider.unavailable',
  'provider.timeout',
  'store.unavailable',
  'limit.exceeded',
];

describeWithChromium('axe-core finds nothing wrong', () => {
  let bench: AuthBench;
  let browser: AuthVisit;
  beforeAll(async () => {
    bench = await startAuthBench();
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    browser = await visit(bench);
  });
  afterEach(() => browser.context.close());

  async function inEachTheme(page: Page, screen: string): Promise<void> {
    await wording(page, screen);
    for (const theme of THEMES) {
      await page.evaluate((name) => document.documentElement.setAttribute('data-theme', name), theme);
      expect({ screen, theme, found: await axeFindings(page) }).toEqual({ screen, theme, found: [] });
    }
  }

  test('and it would find something', async () => {
    bench.auth.script.complete = { status: 400, body: { code: 'ticket.invalid' } };
    const page = await browser.alone(bench.auth.origin + CALLBACK);
    await wording(page, 'ticket.invalid');
    await page.evaluate(() => document.documentElement.removeAttribute('lang'));
    expect(await axeFindings(page)).toEqual([expect.stringContaining('html-has-lang')]);
  });

  test.each(ENDS)('with a sign-in that ends with %s, in any theme', async (code) => {
    bench.auth.script.complete = { status: 400, body: { code, expected: 'Ada Example' } };
    await inEachTheme(await browser.alone(bench.auth.origin + CALLBACK), code);
  });

  test('with the confirm page, in any theme', async () => {
    const body = {
      next: 'confirm',
      confirmation: 'c',
      asker: { name: 'Ada Example' },
      account: { name: 'ada' },
      connection: { id: 'wiki', title: 'Contoso wiki' },
    };
    bench.auth.script.complete = { body };
    await inEachTheme(await browser.alone(bench.auth.origin + CALLBACK), 'confirm');
  });

  test('with a sign-in that went well, in any theme', async () => {
    bench.auth.script.complete = { body: { next: 'done', securityCode: 'x'.repeat(43), proven: true } };
    await inEachTheme(await browser.alone(bench.auth.origin + CALLBACK), 'doneSearchAgain');
    bench.auth.script.complete = { body: { next: 'done', securityCode: 'x'.repeat(43), proven: false } };
    await inEachTheme(await browser.alone(bench.auth.origin + CALLBACK), 'doneUntold');
  });

  test('with the start page outside Teams, and while it waits, in any theme', async () => {
    bench.auth.script.start = { body: { authorizationUrl: `${bench.teams.origin}/provider`, proven: true } };
    await inEachTheme(await browser.alone(`${bench.auth.origin}/auth/start?ticket=t`), 'outsideTeams');
    bench.auth.script.complete = 'hang';
    await inEachTheme(await browser.alone(bench.auth.origin + CALLBACK), 'signingIn');
  });
});
