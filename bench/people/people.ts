import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { PeopleFigures, Sample, Step, StepSamples } from './figures.ts';
import {
  type Cookies,
  launchBrowser,
  newVisitor,
  openTeams,
  providerCookies,
  search,
  signInAtProviders,
} from './visitor.ts';
import { measureLetters, measureWait } from './waits.ts';
import { COMMANDS, type PeopleWorld, startPeopleWorld } from './world.ts';

/** Milliseconds between letters. Teams waits 500 ms after a letter. */
const FAST_MS = 80;
const STEADY_MS = 200;
const SLOW_MS = 700;
const IDLE_MS = 300_000;
/** More than the five minutes that openid-client keeps a provider's keys. */
const CLOCK_STEP_MS = 301_000;
/** The Connector's tokens expire after an hour. */
const MAX_CLOCK_STEPS = 10;
const TEXT = 'lakers';

/** The proven connection comes last and stays signed in, for the searches. */
const SIGN_INS = ['guarded', 'confirmed', 'proven'] as const;
type SignInStep = (typeof SIGN_INS)[number];

interface Place {
  world: PeopleWorld;
  browser: Browser;
  /** Of the provider, where Ada is signed in. */
  cookies: Cookies;
  /** How far the bot's clock is ahead, in milliseconds. It moves on in each round, as if the last sign-in was long ago. */
  clockMs: number;
}

interface PeopleOptions {
  rounds: number;
  /** Names of steps. If it is not empty: only these sign-ins, and searches only if it names one. */
  cases: readonly string[];
  /** Of the network. */
  roundTripMs: number;
}

/** What a person waits for, in a browser.
 * @param show prints progress */
export async function measurePeople(
  { rounds, cases, roundTripMs }: PeopleOptions,
  show: (text: string) => void,
): Promise<PeopleFigures> {
  const signIns = SIGN_INS.filter((step) => cases.length === 0 || cases.includes(step));
  const searches = cases.length === 0 || cases.some((name) => !SIGN_INS.some((step) => step === name));
  // Searches need the sign-in that comes last.
  if (searches && signIns.at(-1) !== 'proven') signIns.push('proven');
  const world = await startPeopleWorld(roundTripMs);
  try {
    const browser = await launchBrowser();
    try {
      const place: Place = { world, browser, cookies: await signInAtProviders(browser, world), clockMs: 0 };
      const figures: PeopleFigures = { rounds, roundTripMs, latchkey: {}, stock: {} };
      for (let round = 1; round <= rounds; round++) {
        show(`Round ${round} of ${rounds}`);
        place.clockMs = (round % MAX_CLOCK_STEPS) * CLOCK_STEP_MS;
        world.moveClock(place.clockMs);
        await measureSignIns(place, signIns, (step, sample) => add(figures.latchkey, step, sample));
        if (!searches) continue;
        await measureSearches(place, world.teamsUrl, (step, sample) => add(figures.latchkey, step, sample));
        await measureSearches(place, world.stockTeamsUrl, (step, sample) => add(figures.stock, step, sample));
      }
      return figures;
    } finally {
      await browser.close();
    }
  } finally {
    await world.stop();
  }
}

type Report = (step: Step, sample: Sample) => void;

function add(samples: StepSamples, step: Step, sample: Sample): void {
  samples[step] = [...(samples[step] ?? []), sample];
}

/** Each in a new profile, which the provider knows. */
async function measureSignIns(place: Place, steps: readonly SignInStep[], report: Report): Promise<void> {
  const { world, browser } = place;
  for (const step of steps) {
    world.forget();
    await inProfile(browser, place.cookies, async (context) => {
      const page = await openTeams(context, world.teamsUrl, COMMANDS[step]);
      await search(page, TEXT);
      const click = () => Promise.all([page.waitForEvent('popup'), page.getByTestId('sign-in').click()]);
      report(step, await measureWait(world.network, page, { event: 'click' }, click));
      place.cookies = await providerCookies(context, world);
    });
  }
}

async function measureSearches({ world, browser, clockMs }: Place, teamsUrl: string, report: Report): Promise<void> {
  const { network } = world;
  const commandId = COMMANDS.proven;
  await inProfile(browser, [], async (context) => {
    const page = await openTeams(context, teamsUrl, commandId);
    for (const [step, gapMs] of [
      ['fast', FAST_MS],
      ['slow', SLOW_MS],
    ] as const) {
      await page.getByTestId('search-box').fill('');
      const begin = { event: 'input', text: TEXT } as const;
      const type = () => page.getByTestId('search-box').pressSequentially(TEXT, { delay: gapMs });
      report(step, await measureWait(network, page, begin, type));
    }
    report('fastLetters', await measureLetters(network, page, { commandId, text: 'iceland', gapMs: FAST_MS }));
    report('slowLetters', await measureLetters(network, page, { commandId, text: 'norway', gapMs: STEADY_MS }));
  });
  await inProfile(browser, [], async (context) => {
    const page = await openTeams(context, teamsUrl, commandId);
    await search(page, TEXT);
    report('open', await measureWait(network, page, { event: 'keydown' }, () => searchAgain(page, 'france')));
  });
  await inProfile(browser, [], async (context) => {
    const page = await openTeams(context, teamsUrl, commandId);
    await search(page, TEXT);
    await network.closeConnections();
    world.moveClock(clockMs + IDLE_MS);
    report('idle', await measureWait(network, page, { event: 'keydown' }, () => searchAgain(page, 'sweden')));
    world.moveClock(clockMs);
  });
}

/** The Teams client does not wait after Enter. */
async function searchAgain(page: Page, text: string): Promise<void> {
  await page.getByTestId('search-box').fill(text);
  await page.getByTestId('search-box').press('Enter');
}

async function inProfile(
  browser: Browser,
  cookies: Cookies,
  work: (context: BrowserContext) => Promise<void>,
): Promise<void> {
  const context = await newVisitor(browser, cookies);
  try {
    await work(context);
  } finally {
    await context.close();
  }
}
