import { type Action, AdaptiveCard, OpenUrlAction } from 'adaptivecards';
import { webAddress } from './answers.ts';
import { h } from './dom.ts';
import { hostConfig } from './host-config.ts';
import { markdownToHtml } from './markdown.ts';

AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = markdownToHtml(text);
  result.didProcess = true;
};

/** The card as Teams shows it; a note in its place where it is not a card. */
export function renderAdaptiveCard(content: unknown): HTMLElement {
  const card = new AdaptiveCard();
  card.hostConfig = hostConfig;
  card.onExecuteAction = execute;
  card.onAnchorClicked = (_element, anchor) => {
    openInNewTab(anchor.href);
    return true;
  };
  card.parse(content);
  const rendered = card.render();
  return h('div', { class: 'adaptive-card' }, rendered ?? 'This card can’t be shown.');
}

// Submit and Execute would be invokes to the bot, which no card of a search sends; Teams says nothing either.
function execute(action: Action): void {
  if (action instanceof OpenUrlAction) openInNewTab(action.url);
}

function openInNewTab(address: string | undefined): void {
  const url = webAddress(address);
  if (url) window.open(url.href, '_blank', 'noopener,noreferrer');
}
