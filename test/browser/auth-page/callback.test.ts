import { beforeAll, expect, test } from '@jest/globals';
import { allReceived, useAuthBench, wording } from '../../support/browser/auth-browser.ts';
import { FAILURE, SUCCESS, TEAMS_USER } from '../../support/browser/auth-host.ts';
import { done, problem, SECURITY_CODE, WRONG_PERSON } from '../../support/browser/auth-stub.ts';
import { describeWithChromium } from '../../support/requirements.ts';
import { axeFindings, expectAccessible } from '../../support/teams/axe.ts';

describeWithChromium('GET /auth/callback/:connection', () => {
  const bench = useAuthBench();
  let callback: string;
  let url: string;

  beforeAll(() => {
    callback = `${bench.auth.origin}/auth/callback/handbook`;
    url = `${callback}?code=the-code&state=the-state&iss=https%3A%2F%2Fid.example`;
  });

  test('the page says that it is signing in until the answer arrives', async () => {
    bench.auth.script.complete = 'hang';
    const { page } = await bench.visitor.popUp(bench.teams, url);
    expect(await wording(page, 'signingIn')).toContain('Signing you in…');
    await page.getByRole('status').getByText('Signing you in…').waitFor({ state: 'attached' });
    await expectAccessible(page);
  });

  test.each([
    [true, 'doneSearchAgain', /You are signed in\s+Close this window and search again in Teams/],
    [false, 'doneUntold', /No account was connected[\s\S]*sign in again from Teams/],
  ])('no Teams window, proven: %s: the page says at once what to do', async (proven, screen, says) => {
    bench.auth.script.complete = done(proven);
    const page = await bench.visitor.alone(url);
    expect(await wording(page, screen)).toMatch(says);
    expect(await page.content()).not.toContain(SECURITY_CODE);
    expect(bench.visitor.console.join()).not.toContain(SECURITY_CODE);
    await expectAccessible(page);
  });

  test('opened as something other than a sign-in pop-up: teams-js refuses, and the page says what to do', async () => {
    bench.auth.script.complete = done(true);
    const { opener, page } = await bench.visitor.popUp(bench.teams, url, { frameContext: 'content' });
    expect(await wording(page, 'doneSearchAgain')).toContain('search again in Teams');
    expect(await allReceived(opener)).not.toContain(SUCCESS);
  });

  test('on a phone: the code goes through the native interface', async () => {
    const { context, alone } = await bench.anotherVisitor();
    await context.addInitScript(() => {
      const told: string[] = [];
      const framelessPostMessage = (message: string) => {
        told.push(message);
        const { id, uuidAsString, func } = JSON.parse(message);
        const args = ['authentication', 'android', '{"apiVersion":4,"supports":{}}', '2.0.1'];
        const response = () => Reflect.get(window, 'onNativeMessage')({ data: { id, uuidAsString, args } });
        if (func === 'initialize') setTimeout(response);
      };
      Object.assign(window, { told, nativeInterface: { framelessPostMessage } });
    });
    bench.auth.script.complete = done(false);
    const page = await alone(url);
    await page.waitForFunction((wanted) => Reflect.get(window, 'told').at(-1).includes(wanted), SECURITY_CODE);
    const told = await page.evaluate(() => JSON.parse(Reflect.get(window, 'told').at(-1)));
    expect(told).toMatchObject({ func: SUCCESS, args: [SECURITY_CODE] });
  });

  test('wrong person: Use another account leads to the account chooser, and Teams gets no failure', async () => {
    bench.auth.script.complete = problem('signin.identity_mismatch', 403, WRONG_PERSON);
    const authorizationUrl = `${bench.teams.origin}/provider?chooser`;
    bench.auth.script.start = { body: { authorizationUrl, proven: true } };
    const { opener, page } = await bench.visitor.popUp(bench.teams, url);
    await wording(page, 'signin.identity_mismatch');
    await page.getByRole('button', { name: 'Use another account' }).click();
    await page.waitForURL(authorizationUrl);
    expect(bench.auth.posted.filter(({ endpoint }) => endpoint === 'start').map(({ body }) => body)).toEqual([
      { ticket: WRONG_PERSON.again, teamsUser: TEAMS_USER },
    ]);
    expect(await allReceived(opener)).not.toContain(FAILURE);
  });

  test('wrong person: an account without a name is called “an account without a name”', async () => {
    const unnamed = { ...WRONG_PERSON, used: { name: '1', unnamed: true } };
    bench.auth.script.complete = problem('signin.identity_mismatch', 403, unnamed);
    const page = await bench.visitor.alone(url);
    expect(await wording(page, 'signin.identity_mismatch')).toContain(
      'You signed in as an account without a name (id 1)',
    );
    await expectAccessible(page);
  });

  test.each([
    ['AADSTS50105: The signed in user is not assigned to a role for the application.', 'AADSTS50105'],
    ['Policy evaluation failed for this request, please check the policy configurations.', 'policy'],
    ['User is not assigned to the client application.', 'policy'],
    ['The user has denied your application access.', undefined],
    ['Resource owner denied consent', undefined],
  ])('refused with “%s”: the page posts no word of the description, only %s', async (description, hint) => {
    bench.auth.script.complete = problem('provider.policy', 403);
    const query = new URLSearchParams({ error: 'access_denied', error_description: description, state: 'the-state' });
    const page = await bench.visitor.alone(`${callback}?${query}`);
    await wording(page, 'provider.policy');
    expect(bench.auth.posted.map(({ body }) => body)).toEqual([
      { connection: 'handbook', error: 'access_denied', ...(hint && { hint }), state: 'the-state' },
    ]);
  });

  test('cancelled, and no Teams window: the page says so', async () => {
    bench.auth.script.complete = problem('signin.cancelled', 400);
    const page = await bench.visitor.alone(`${callback}?error=access_denied&state=the-state`);
    expect(await wording(page, 'signin.cancelled')).toMatch(/Sign-in cancelled[\s\S]*No account was connected/);
  });

  test('an unknown answer: the page says that something went wrong', async () => {
    const page = await bench.visitor.alone(callback);
    const unknown = [
      problem('something.new', 400),
      problem('done', 400),
      problem('__proto__', 400),
      { status: 500, body: {} },
      { body: null },
      { body: { next: 'elsewhere' } },
      { body: { next: 'done', proven: true } },
      { body: { next: 'confirm', confirmation: 'x' } },
    ];
    for (const response of unknown) {
      bench.auth.script.complete = response;
      await page.goto(url);
      expect(await wording(page, 'page.unexpected')).toMatch(/Something went wrong[\s\S]*search again in Teams/);
    }
    expect(bench.auth.posted).toHaveLength(unknown.length);
  });

  test('without a connection: the page says so', async () => {
    bench.auth.script.complete = 'drop';
    const page = await bench.visitor.alone(url);
    expect(await wording(page, 'page.offline')).toContain('No connection');
  });

  test('T27: a response with a parameter missing, doubled or contradicting: the page posts nothing and says so', async () => {
    const page = await bench.visitor.alone(callback);
    const queries = [
      '?code=a&code=b&state=s',
      '?code=a&state=s&state=t',
      '?code=a&state=s&iss=x&iss=y',
      '?error=a&error=b&state=s',
      '?code=a&error=b&state=s',
      '?code=a',
      '?error=access_denied',
      '?code=&state=s',
      '?state=s',
      '?code=a&state=',
    ];
    for (const query of queries) {
      await page.goto(`${callback}${query}`);
      expect(await wording(page, 'request.malformed')).toContain('incomplete or was changed');
      expect(page.url()).toBe(callback);
    }
    expect(bench.auth.posted).toEqual([]);
  });

  test('control: axe-core finds a fault that exists', async () => {
    bench.auth.script.complete = problem('ticket.invalid', 400);
    const page = await bench.visitor.alone(url);
    await wording(page, 'ticket.invalid');
    await page.evaluate(() => document.documentElement.removeAttribute('lang'));
    expect(await axeFindings(page)).toEqual([expect.stringContaining('html-has-lang')]);
  });
});
