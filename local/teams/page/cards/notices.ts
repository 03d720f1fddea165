import { h } from '../dom/dom.ts';
import { type IconName, icon } from '../dom/icons.ts';
import type { PromptLink, Reply } from '../requests/answers.ts';
import type { SignInEnd } from '../sign-in/teams-host.ts';

/** In Teams' words if Teams has them.
 * @param testId of links that `open` a window */
export function handleNotice(
  response: Exclude<Reply, { type: 'result' }>,
  open: (url: URL) => void,
  testId = 'sign-in',
): HTMLElement {
  switch (response.type) {
    case 'message':
      return notice('info', 'message', response.text);
    case 'failed':
      return notice('failed', 'failed', 'Unable to reach app. Please try again.', hint(response.why));
    default:
      return notice(
        'lock',
        response.type,
        WORDS[response.type],
        ...response.links.map((each) => promptLink(each, open, testId)),
      );
  }
}

const WORDS = {
  auth: 'You’ll need to sign in to use this app.',
  config: 'You’ll need to set up this app before you can use it.',
};

export function emptyNotice(): HTMLElement {
  return notice('search', 'empty', 'We couldn’t find any matches.');
}

export function loadingRows(): HTMLElement {
  const row = () =>
    h('div', { class: 'skeleton-row' }, h('i', { class: 'skeleton-picture' }), h('div', {}, h('i'), h('i')));
  return h('div', { class: 'skeleton', 'aria-hidden': 'true', 'data-testid': 'loading' }, row(), row(), row(), row());
}

/** Returns `undefined` after a success. */
export function endHint(end: SignInEnd): HTMLElement | undefined {
  switch (end.kind) {
    case 'closed':
      return hint('The sign-in window was closed (CancelledByUser).');
    case 'failure':
      return hint(`The sign-in did not work: ${end.reason || 'no reason given'}.`);
    case 'blocked':
      return hint('The browser blocked the sign-in window. Allow pop-ups for this page, then try again.');
    case 'success':
      return undefined;
  }
}

function hint(text: string): HTMLElement {
  return h('p', { class: 'notice-hint', 'data-testid': 'notice-hint' }, text);
}

/** The bot's text has an automatic direction. */
export function promptLink({ url, title }: PromptLink, open: (url: URL) => void, testId: string): HTMLElement {
  const onclick = () => open(url);
  return h('button', { class: 'link', type: 'button', dir: 'auto', 'data-testid': testId, onclick }, title);
}

function notice(picture: IconName, kind: string, text: string, ...more: HTMLElement[]): HTMLElement {
  return h(
    'div',
    { class: 'notice', 'data-testid': 'notice', 'data-kind': kind },
    h('div', { class: 'notice-icon' }, icon(picture)),
    h('p', { class: 'notice-words', dir: 'auto' }, text),
    ...more,
  );
}
