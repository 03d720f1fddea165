import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, expect, test } from '@jest/globals';
import { allReceived, useAuthBench, wording } from '../../support/browser/auth-browser.ts';
import { FAILURE, TEAMS_USER } from '../../support/browser/auth-host.ts';
import { done, problem } from '../../support/browser/auth-stub.ts';
import { describeWithChromium } from '../../support/requirements.ts';

describeWithChromium('The confirm page', () => {
  const bench = useAuthBench();
  let url: string;
  /** Different in each test: a page of the test before may still report that it was closed. */
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

  beforeAll(() => {
    url = `${bench.auth.origin}/auth/callback/handbook?code=c&state=s`;
  });
  beforeEach(() => {
    confirmation = `confirmation-${randomUUID()}`;
    bench.auth.script.complete = request();
    bench.auth.script.confirm = done(false);
  });

  test('an account without a name: the page says so and never shows the id alone', async () => {
    const requested = request();
    Object.assign(requested.body.account, { name: '1', unnamed: true });
    bench.auth.script.complete = requested;
    const { page } = await bench.visitor.popUp(bench.teams, url);

    expect(await wording(page, 'confirmUnnamed')).toMatch(
      /Connect this Contoso handbook account without a name \(id 1\) to Ada Example in Microsoft Teams\?[\s\S]*did not send a name for this account/,
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
    ['unknown', {}, /^Teams did not tell Latchkey who you are, so check that you are Ada Example\./],
  ] as const)('T91: Teams is %s, and says %j: the page says more than a display name', async (...row) => {
    const [teamsUser, context, says] = row;
    bench.auth.script.complete = request({}, teamsUser);
    const { page } = await bench.visitor.popUp(bench.teams, url, { context });
    await wording(page, 'confirm');
    expect(await page.locator('.body p').first().textContent()).toMatch(says);
    // This Teams may belong to another person than the asker, so the page must not show how its user signs in.
    if (teamsUser === 'unknown') expect(await page.locator('main').innerText()).not.toContain('@');
  });

  test.each([
    ['no person', { userObjectId: undefined }],
    ['an empty person', { userObjectId: '' }],
    ['no tenant', { tid: undefined }],
    ['a number for a person', { userObjectId: 7 }],
    ['an array for a tenant', { tid: ['x'] }],
  ])('T91: a context with %s is incomplete, and the page posts nothing of it', async (_, context) => {
    const { page } = await bench.visitor.popUp(bench.teams, url, { context });
    await wording(page, 'confirm');
    expect(bodies('complete')).toEqual([{ connection: 'handbook', code: 'c', state: 's' }]);
  });

  test('Use another account: the page discards this sign-in and leads to the account chooser; Teams gets no failure', async () => {
    const requested = request();
    Object.assign(requested.body, { again: 'the-second-ticket' });
    bench.auth.script.complete = requested;
    bench.auth.script.confirm = { body: { next: 'cancelled' } };
    const authorizationUrl = `${bench.teams.origin}/provider?chooser`;
    bench.auth.script.start = { body: { authorizationUrl, proven: false } };
    const { opener, page } = await bench.visitor.popUp(bench.teams, url);
    await wording(page, 'confirm');
    await page.getByRole('button', { name: 'Use another account' }).click();
    await page.waitForURL(authorizationUrl);
    expect(decided()).toEqual([{ decision: 'cancel', confirmation, teamsUser: TEAMS_USER }]);
    expect(bodies('start').at(-1)).toEqual({ ticket: 'the-second-ticket', teamsUser: TEAMS_USER });
    expect(await allReceived(opener)).not.toContain(FAILURE);
  });

  test('confirmed too late: the page says so', async () => {
    bench.auth.script.confirm = problem('confirmation.unknown', 400);
    const { page } = await bench.visitor.popUp(bench.teams, url);
    await page.getByRole('button', { name: 'Connect' }).click();
    expect(await wording(page, 'confirmation.unknown')).toMatch(/question has expired[\s\S]*No account was connected/);
  });

  test('T38: names are text, whatever they contain', async () => {
    const markup = '<img src=x onerror=alert(1)><script>alert(2)</script>';
    bench.auth.script.complete = request({
      asker: markup,
      account: '{asker}&amp;',
      title: '\'"><svg onload=alert(3)>',
    });
    const { page } = await bench.visitor.popUp(bench.teams, url);

    const heading = `Connect the '"><svg onload=alert(3)> account {asker}&amp; to ${markup} in Microsoft Teams?`;
    await wording(page, 'confirm');
    expect(await page.locator('h1').textContent()).toBe(heading);
    const foreign = page.locator('main img, main script, main svg[onload]');
    expect(await foreign.count()).toBe(0);

    bench.auth.script.confirm = problem('signin.identity_mismatch', 403, { expected: markup, used: { name: markup } });
    await page.getByRole('button', { name: 'Connect' }).click();
    expect(await wording(page, 'signin.identity_mismatch')).toContain(`Sign in as ${markup}`);
    expect(await page.locator('bdi').allTextContents()).toContain(markup);
    expect(await foreign.count()).toBe(0);
  });

  test('T38: right-to-left characters in a name do not reorder the words around it', async () => {
    bench.auth.script.complete = request({ account: '\u202Eada' });
    const { page } = await bench.visitor.popUp(bench.teams, url);
    await wording(page, 'confirm');
    const isolated = await page.locator('h1 bdi').evaluateAll((names) => names.map((name) => name.textContent));
    expect(isolated).toEqual(['Contoso handbook', '\u202Eada', 'Ada Example']);
  });

  test('T38: the Teams user name is text, separate from the words around it', async () => {
    const userPrincipalName = '\u202E<b>ada</b>{asker}';
    const { page } = await bench.visitor.popUp(bench.teams, url, { context: { userPrincipalName } });
    await wording(page, 'confirm');
    const isolated = await page.locator('.body p').first().locator('bdi').allTextContents();
    expect(isolated).toEqual(['Ada Example', userPrincipalName]);
    expect(await page.locator('main b').count()).toBe(0);
  });

  test.each([
    { width: 320, height: 568 },
    { width: 600, height: 535 },
  ])('the page fits into $width × $height, and grows with a long name', async (viewport) => {
    const page = await bench.visitor.alone('about:blank');
    await page.setViewportSize(viewport);
    await page.goto(url);
    await wording(page, 'confirm');
    const inside = () => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
    const bottom = await page.getByRole('button', { name: 'Cancel' }).boundingBox();

    expect((bottom?.y ?? 0) + (bottom?.height ?? 0)).toBeLessThan(viewport.height);
    expect(await inside()).toBe(true);
    bench.auth.script.complete = request({ asker: 'A'.repeat(300) });
    await page.goto(url);
    await wording(page, 'confirm');
    expect(await inside()).toBe(true);
  });
});
