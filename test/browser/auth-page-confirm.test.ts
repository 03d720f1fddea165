import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type AuthBench, type AuthVisit, received, startAuthBench, visit, wording } from '../support/auth-browser.ts';
import { TEAMS_USER } from '../support/auth-host.ts';
import { describeWithChromium } from '../support/requirements.ts';

const SUCCESS = 'authentication.authenticate.success';
const FAILURE = 'authentication.authenticate.failure';

describeWithChromium('The confirm page', () => {
  let bench: AuthBench;
  let browser: AuthVisit;
  let url: string;
  /** Of each test another: a page of the test before may still say that it was closed. */
  let confirmation = '';

  const request = (
    names: { asker?: string; account?: string; title?: string } = {},
    teamsUser: 'verified' | 'unknown' = 'verified',
  ) => ({
    body: {
      teamsUser,
      next: 'confirm',
      confirmation,
      asker: { name: names.asker ?? 'Ada Example', tenantId: TEAMS_USER.tenantId },
      account: { name: names.account ?? 'ada' },
      connection: { id: 'handbook', title: names.title ?? 'Contoso handbook' },
    },
  });
  const bodies = (endpoint: string) =>
    bench.auth.posted.filter((each) => each.endpoint === endpoint).map(({ body }) => body);
  const decided = () =>
    bodies('confirm').filter((body) => (body as { confirmation: string }).confirmation === confirmation);

  beforeAll(async () => {
    bench = await startAuthBench();
    url = `${bench.auth.origin}/auth/callback/handbook?code=c&state=s`;
  });
  afterAll(() => bench.close());

  beforeEach(async () => {
    browser = await visit(bench);
    confirmation = `confirmation-${randomUUID()}`;
    bench.auth.script.complete = request();
    bench.auth.script.confirm = { body: { next: 'done', securityCode: 'security-code', proven: false } };
  });
  afterEach(async () => {
    await browser.context.close();
    expect(browser.problems).toEqual([]);
  });

  test('an account without a name: the page says so, and never shows the id alone', async () => {
    const requested = request();
    Object.assign(requested.body.account, { name: '1', unnamed: true });
    bench.auth.script.complete = requested;
    const { page } = await browser.popUp(bench.teams, url);

    expect(await wording(page, 'confirmUnnamed')).toMatch(
      /Connect this Contoso handbook account without a name \(id 1\) to Ada Example in Microsoft Teams\?[\s\S]*did not say what the account is called/,
    );
    expect(decided()).toEqual([]);
  });

  test.each([
    ['verified', {}, /^Ada Example is signed in to Teams as ada@contoso\.example\.$/],
    ['verified', { userPrincipalName: '' }, /^Ada Example is signed in to Teams as ada@contoso\.example\.$/],
    [
      'verified',
      { userPrincipalName: '', loginHint: '' },
      /^Ada Example belongs to the Microsoft 365 tenant 11111111-aaaa/,
    ],
    [
      'verified',
      { userPrincipalName: ['x'], loginHint: 7 },
      /^Ada Example belongs to the Microsoft 365 tenant 11111111-aaaa/,
    ],
    ['unknown', {}, /^Teams did not say who uses it, so Latchkey cannot check that you are Ada Example\./],
  ] as const)('T91: Teams is %s, and says %j: the page says more than a display name', async (...row) => {
    const [teamsUser, context, says] = row;
    bench.auth.script.complete = request({}, teamsUser);
    const { page } = await browser.popUp(bench.teams, url, { context });
    await wording(page, 'confirm');
    expect(await page.locator('.body p').first().textContent()).toMatch(says);
    // How somebody signs in to this Teams says nothing of an asker who may be somebody else.
    if (teamsUser === 'unknown') expect(await page.locator('main').innerText()).not.toContain('@');
  });

  test.each([
    ['no person', { userObjectId: undefined }],
    ['an empty person', { userObjectId: '' }],
    ['no tenant', { tid: undefined }],
    ['a number for a person', { userObjectId: 7 }],
    ['an array for a tenant', { tid: ['x'] }],
  ])('T91: a context with %s is none, and nothing of it is posted', async (_, context) => {
    const { page } = await browser.popUp(bench.teams, url, { context });
    await wording(page, 'confirm');
    expect(bodies('complete')).toEqual([{ connection: 'handbook', code: 'c', state: 's' }]);
  });

  test('T91: a Teams that says whose it is after 3 s: the decision takes it along', async () => {
    bench.auth.script.complete = request({}, 'unknown');
    const { opener, page } = await browser.popUp(bench.teams, url, { lateContext: 4_000, locale: 'uk-UA' });
    await wording(page, 'confirm');
    expect(bodies('complete')[0]).not.toHaveProperty('teamsUser');
    // The same answer brings the language.
    await page.getByRole('button', { name: 'Підключити' }).click();
    await received(opener, SUCCESS);
    expect(decided()).toEqual([{ decision: 'connect', confirmation, teamsUser: TEAMS_USER }]);
  });

  test('Use another account: discards this one, and leads to the account chooser; Teams hears of no end', async () => {
    const requested = request();
    Object.assign(requested.body, { again: 'the-second-ticket' });
    bench.auth.script.complete = requested;
    bench.auth.script.confirm = { body: { next: 'cancelled' } };
    const authorizationUrl = `${bench.teams.origin}/provider?chooser`;
    bench.auth.script.start = { body: { authorizationUrl, proven: false } };
    const { opener, page } = await browser.popUp(bench.teams, url);
    await wording(page, 'confirm');
    await page.getByRole('button', { name: 'Use another account' }).click();
    await page.waitForURL(authorizationUrl);
    expect(decided()).toEqual([{ decision: 'cancel', confirmation, teamsUser: TEAMS_USER }]);
    expect(bodies('start').at(-1)).toEqual({ ticket: 'the-second-ticket', teamsUser: TEAMS_USER });
    expect(await opener.evaluate(() => window.host.received.map(({ func }) => func))).not.toContain(FAILURE);
  });

  test('confirmed too late: says so', async () => {
    bench.auth.script.confirm = { status: 400, body: { code: 'confirmation.unknown', status: 400, title: 'T' } };
    const { page } = await browser.popUp(bench.teams, url);
    await page.getByRole('button', { name: 'Connect' }).click();
    expect(await wording(page, 'confirmation.unknown')).toMatch(/question has expired[\s\S]*Nothing was connected/);
  });

  test('T38: names are text, whatever is in them', async () => {
    const markup = '<img src=x onerror=alert(1)><script>alert(2)</script>';
    bench.auth.script.complete = request({
      asker: markup,
      account: '{asker}&amp;',
      title: '\'"><svg onload=alert(3)>',
    });
    const dialogs: string[] = [];
    browser.context.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    const { page } = await browser.popUp(bench.teams, url);

    const heading = `Connect the '"><svg onload=alert(3)> account {asker}&amp; to ${markup} in Microsoft Teams?`;
    await wording(page, 'confirm');
    expect(await page.locator('h1').textContent()).toBe(heading);
    expect(await page.locator('main img, main script, main svg[onload]').count()).toBe(0);
    expect(dialogs).toEqual([]);
  });

  test('T38: right-to-left characters in a name do not turn the words around it', async () => {
    bench.auth.script.complete = request({ account: '\u202Eada' });
    const { page } = await browser.popUp(bench.teams, url);
    await wording(page, 'confirm');
    const isolated = await page.locator('h1 bdi').evaluateAll((names) => names.map((name) => name.textContent));
    expect(isolated).toEqual(['Contoso handbook', '\u202Eada', 'Ada Example']);
  });

  test('T38: how Teams calls the person is text, apart from the words around it', async () => {
    const userPrincipalName = '\u202E<b>ada</b>{asker}';
    const { page } = await browser.popUp(bench.teams, url, { context: { userPrincipalName } });
    await wording(page, 'confirm');
    const isolated = await page.locator('.body p').first().locator('bdi').allTextContents();
    expect(isolated).toEqual(['Ada Example', userPrincipalName]);
    expect(await page.locator('main b').count()).toBe(0);
  });

  test.each([
    { width: 320, height: 568 },
    { width: 600, height: 535 },
  ])('fits into $width × $height, and grows with a long name', async (viewport) => {
    const small = await visit(bench, { viewport });
    bench.auth.script.complete = request();
    const page = await small.alone(url);
    await wording(page, 'confirm');
    const inside = () => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
    const bottom = await page.getByRole('button', { name: 'Cancel' }).boundingBox();

    expect((bottom?.y ?? 0) + (bottom?.height ?? 0)).toBeLessThan(viewport.height);
    expect(await inside()).toBe(true);
    bench.auth.script.complete = request({ asker: 'A'.repeat(300) });
    await page.goto(url);
    await wording(page, 'confirm');
    expect(await inside()).toBe(true);
    await small.context.close();
  });
});
