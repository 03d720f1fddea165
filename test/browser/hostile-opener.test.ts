import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ADA } from '../../local/people.ts';
import { allReceived, wording } from '../support/auth-browser.ts';
import { type AuthHost, startAuthHost } from '../support/auth-host.ts';
import { pressClose } from '../support/close-button.ts';
import { signInAtProvider, untilClosed } from '../support/provider-pages.ts';
import { describeWithChromium } from '../support/requirements.ts';
import { useTeamsWorld } from '../support/teams-suite.ts';

describeWithChromium('Somebody else’s page opens the sign-in window, in a browser', () => {
  const suite = useTeamsWorld();
  let evil: AuthHost;

  beforeAll(async () => {
    evil = await startAuthHost();
  });
  afterAll(() => evil.close());

  /** Ada's own prompt, which another site's page got hold of. It answers teams-js as Teams would. */
  async function openFromElsewhere(command: string): Promise<{ opener: Page; popup: Page; ticket: string }> {
    const url = await startUrl(command);
    const opener = await suite.visitor.open(evil.origin);
    const [popup] = await Promise.all([
      opener.waitForEvent('popup'),
      opener.evaluate((address) => window.host.open(address, { theme: 'dark' }), url),
    ]);
    return { opener, popup, ticket: new URL(url).searchParams.get('ticket') ?? '' };
  }

  async function startUrl(command: string): Promise<string> {
    const teams = await suite.visitor.teams(suite.world.teamsUrl, { command });
    const [response] = await Promise.all([
      teams.page.waitForResponse((each) => each.url().endsWith('/api/invoke')),
      teams.openExtension(),
    ]);
    const { body } = (await response.json()) as { body: { composeExtension: Prompt } };
    return body.composeExtension.suggestedActions.actions[0].value;
  }

  test('T23: proven: it hears of the window that it is there, and of nothing else', async () => {
    const { opener, popup, ticket } = await openFromElsewhere('insertWiki');
    await wording(popup, 'outsideTeams');
    await popup.getByRole('button', { name: 'Continue' }).click();
    const [completed] = await Promise.all([
      popup.waitForResponse((response) => response.url().endsWith('/auth/api/complete')),
      signInAtProvider(popup, ADA),
    ]);
    const { securityCode } = (await completed.json()) as { securityCode: string };
    await wording(popup, 'doneSearchAgain');
    await pressClose(popup);
    await untilClosed(popup);

    expect(await allReceived(opener)).toEqual(['initialize', 'initialize']);
    const received = await opener.evaluate(() => JSON.stringify(window.host.received));
    expect(securityCode).toMatch(/^[\w-]{43}$/);
    for (const secret of [securityCode, ticket]) expect(received).not.toContain(secret);
  });

  test('T12, T23: not proven: the window does not even go to the provider', async () => {
    const { opener, popup } = await openFromElsewhere('insertHandbook');
    await wording(popup, 'page.no_teams');
    expect(suite.visitor.requestsTo('/plain/', 'GET')).toEqual([]);
    expect(await allReceived(opener)).toEqual(['initialize']);
    expect(suite.world.rows('parked')).toEqual([]);
  });

  test('T37: a frame around the pages is refused', async () => {
    suite.visitor.expected.push(/frame-ancestors/);
    const page = await suite.visitor.open(evil.origin);
    for (const path of ['/auth/start?ticket=x', '/auth/callback/wiki?code=x&state=y']) {
      const src = `${suite.world.botUrl}${path}`;
      const [refusal] = await Promise.all([
        page.waitForEvent('console'),
        page.evaluate(async (src) => {
          const frame = Object.assign(document.createElement('iframe'), { src });
          const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
          document.body.append(frame);
          await loaded;
        }, src),
      ]);
      expect(refusal.text()).toContain("frame-ancestors 'none'");
    }
    for (const frame of page.frames()) expect(await frame.locator('main').count()).toBe(0);
    expect(page.frames()).toHaveLength(3);
    expect(suite.visitor.requestsTo('/auth/api/')).toEqual([]);
  });
});

interface Prompt {
  suggestedActions: { actions: [{ value: string }] };
}
