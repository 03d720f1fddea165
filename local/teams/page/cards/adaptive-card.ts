import { type Action, AdaptiveCard, OpenUrlAction, SubmitAction } from 'adaptivecards';
import { h } from '../dom/dom.ts';
import { webAddress } from '../requests/answers.ts';
import { hostConfig } from './host-config.ts';
import { markdownToHtml } from './markdown.ts';

AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = markdownToHtml(text);
  result.didProcess = true;
};

/** @param data the button's data and the card's inputs */
export type Submit = (data: unknown) => void;

/** Shows a note for an invalid card. */
export function renderAdaptiveCard(content: unknown, submit?: Submit): HTMLElement {
  const card = new AdaptiveCard();
  card.hostConfig = hostConfig;
  card.onExecuteAction = (action) => execute(action, submit);
  card.onAnchorClicked = (_element, anchor) => {
    openInNewTab(anchor.href);
    return true;
  };
  card.parse(content);
  const rendered = card.render();
  // This Tab stop has no action.
  rendered?.removeAttribute('tabindex');
  return h('div', { class: 'adaptive-card' }, rendered ?? 'This card can’t be shown.');
}

// Like Teams, ignores Submit and Execute in a message. No search card sends them.
function execute(action: Action, submit: Submit | undefined): void {
  if (action instanceof SubmitAction) submit?.(action.data);
  if (action instanceof OpenUrlAction) openInNewTab(action.url);
}

function openInNewTab(address: string | undefined): void {
  const url = webAddress(address);
  if (url) window.open(url.href, '_blank', 'noopener,noreferrer');
}
