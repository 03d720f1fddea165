import type { Page } from 'playwright-core';
import type { DelayNetwork } from './delay-proxy.ts';
import type { Sample } from './figures.ts';

/* Each wait is measured by the clock of the Teams client's page, from an event there to the results there. So the time that
 * Playwright takes does not count. */

/** What starts the clock: the click on *Sign in*, the letter that completes this text, or Enter. */
type Begin = { event: 'click' } | { event: 'input'; text: string } | { event: 'keydown' };

/** The flyout's body says when it waits for the bot (`aria-busy`). */
const WATCH = `(begin) => {
  const body = document.getElementById('flyout-body');
  let began;
  let asked = false;
  addEventListener(begin.event, ({ target, key }) => {
    if (begin.event === 'click' && !target.closest('[data-testid=sign-in]')) return;
    if (begin.event === 'input' && target.value !== begin.text) return;
    if (begin.event === 'keydown' && key !== 'Enter') return;
    began ??= performance.now();
    asked = false;
  }, true);
  window.waited = new Promise((resolve) => {
    new MutationObserver(() => {
      if (began === undefined) return;
      if (body.getAttribute('aria-busy') === 'true') asked = true;
      else if (asked && document.querySelector('[data-testid=result]')) resolve(performance.now() - began);
    }).observe(body, { attributes: true, childList: true, subtree: true });
  });
}`;

const LIMIT_MS = 30_000;

/** @throws {Error} if the results do not come */
export async function measureWait(
  network: DelayNetwork,
  page: Page,
  begin: Begin,
  act: () => Promise<unknown>,
): Promise<Sample> {
  await page.evaluate(`(${WATCH})(${JSON.stringify(begin)})`);
  network.takeTraffic();
  await act();
  const late = `new Promise((_, reject) => setTimeout(reject, ${LIMIT_MS}, new Error('There are no results')))`;
  const milliseconds: number = await page.evaluate(`Promise.race([window.waited, ${late}])`);
  return { milliseconds, ...network.takeTraffic() };
}

/** As a client that sends a query for each letter, without Teams' wait. All connections are open before the first letter:
 * otherwise a letter on a new connection arrives after the next one.
 * @param gapMs between letters */
export async function measureLetters(
  network: DelayNetwork,
  page: Page,
  { commandId, text, gapMs }: { commandId: string; text: string; gapMs: number },
): Promise<Sample> {
  const letters = Array.from(text, (_, at) => text.slice(0, at + 1));
  const send = (options: object) => page.evaluate<[number, string]>(`(${SEND})(${JSON.stringify(options)})`);
  await send({ commandId, texts: OTHER_WORDS, gapMs: 0 });
  network.takeTraffic();
  const [milliseconds, last] = await send({ commandId, texts: letters, gapMs });
  if (!last.includes('"type":"result"')) throw new Error(`The last letter was answered with ${last.slice(0, 500)}`);
  return { milliseconds, ...network.takeTraffic() };
}

/** As many as a browser opens connections to a server. */
const OTHER_WORDS = ['spain', 'chad', 'peru', 'malta', 'kenya', 'japan'];

/** Sends queries, and waits for all answers. Returns the milliseconds from the last query to its answer, and this answer. */
const SEND = `async ({ commandId, texts, gapMs }) => {
  const conversation = { id: '19:letters@thread.v2', conversationType: 'personal' };
  const common = { name: 'composeExtension/query', person: 'ada', locale: 'en-GB', conversation, commandId };
  const headers = { 'content-type': 'application/json' };
  const ask = async (text) => {
    const began = performance.now();
    const body = JSON.stringify({ ...common, text, skip: 0, count: 25 });
    const answer = await (await fetch('/api/invoke', { method: 'POST', headers, body })).text();
    return [performance.now() - began, answer];
  };
  const answers = [];
  for (const text of texts) {
    if (answers.length > 0) await new Promise((resolve) => setTimeout(resolve, gapMs));
    answers.push(ask(text));
  }
  return (await Promise.all(answers)).at(-1);
}`;
