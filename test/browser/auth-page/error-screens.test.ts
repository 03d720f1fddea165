import { expect, test } from '@jest/globals';
import { type ErrorCode, en } from '../../../auth-page/locales/en.ts';
import { useAuthBench, wording } from '../../support/browser/auth-browser.ts';
import { problem } from '../../support/browser/auth-stub.ts';
import { closePage } from '../../support/browser/chromium.ts';
import { fits, look } from '../../support/browser/looks.ts';
import { describeWithChromium } from '../../support/requirements.ts';

const ENDS = Object.keys(en.screens).filter((name): name is ErrorCode => name.includes('.'));
const THEMES = ['default', 'dark', 'contrast'];
/** The members of the bot's answer beside the code. */
const MORE: Partial<Record<ErrorCode, object>> = {
  'signin.identity_mismatch': {
    expected: 'Ada Example',
    used: { name: 'grace@contoso.example' },
    again: 'the-second-ticket',
  },
  'signin.other_teams_user': { expected: 'Ada Example' },
};

describeWithChromium('The ends of a sign-in', () => {
  // The clock stands still: a cancelled sign-in closes its window after a moment.
  const bench = useAuthBench({ clock: 'stopped' });

  test.each(THEMES)('in the theme %s: each text is readable, and fits a phone', async (theme) => {
    expect(ENDS.length).toBeGreaterThan(20);
    for (const code of ENDS) {
      bench.auth.script.complete = problem(code, 400, MORE[code]);
      const url = `${bench.auth.origin}/auth/callback/handbook?code=c&state=${code}`;
      const { page, opener } = await bench.visitor.popUp(bench.teams, url, { theme });
      await wording(page, code);
      await page.setViewportSize({ width: 320, height: 640 });
      await fits(page, `end-${theme}-${code}`);
      await look(page, `end-${theme}-${code}`);
      await closePage(page);
      await closePage(opener);
    }
  });
});
