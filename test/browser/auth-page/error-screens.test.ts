import { beforeAll, expect, test } from '@jest/globals';
import { type ErrorCode, en } from '../../../auth-page/locales/en.ts';
import { useAuthBench, wording } from '../../support/browser/auth-browser.ts';
import { problem, WRONG_PERSON } from '../../support/browser/auth-stub.ts';
import { fits, look } from '../../support/browser/looks.ts';
import { describeWithChromium } from '../../support/requirements.ts';
import { axeFindings, THEMES } from '../../support/teams/axe.ts';

const ENDS = Object.keys(en.screens).filter((name): name is ErrorCode => name.includes('.'));
/** The members of the bot's answer beside the code. */
const MORE: Partial<Record<ErrorCode, object>> = {
  'signin.identity_mismatch': WRONG_PERSON,
  'signin.other_teams_user': { expected: 'Ada Example' },
};

describeWithChromium('The ends of a sign-in', () => {
  const bench = useAuthBench();
  // A cancelled sign-in closes its window after a moment.
  beforeAll(() => bench.visitor.context.addInitScript(() => Object.assign(window, { close: () => undefined })));

  test.each(ENDS)('%s: the page shows its own text, readable in each theme, and it fits a phone', async (code) => {
    bench.auth.script.complete = problem(code, 400, MORE[code]);
    const url = `${bench.auth.origin}/auth/callback/handbook?code=c&state=s`;
    const { page } = await bench.visitor.popUp(bench.teams, url);
    const text = await wording(page, code);
    expect(text).toContain(en.screens[code].heading.replace('{expected}', 'Ada Example'));
    expect(text).not.toContain('From the server');
    // The wrong person can sign in again on this page.
    if (code !== 'signin.identity_mismatch') expect(text).toMatch(/(in|open) Teams/);
    await page.setViewportSize({ width: 320, height: 640 });
    for (const theme of THEMES) {
      await page.evaluate((name) => document.documentElement.setAttribute('data-theme', name), theme);
      await fits(page, `end-${theme}-${code}`);
      await look(page, `end-${theme}-${code}`);
      expect({ theme, found: await axeFindings(page) }).toEqual({ theme, found: [] });
    }
  });
});
