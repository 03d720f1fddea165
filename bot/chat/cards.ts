import { cardBase } from '../teams/cards/card-head.ts';
import { sanitizeText } from '../teams/cards/sanitize.ts';
import type { Texts } from '../teams/locales/en.ts';

const LONGEST_TITLE = 100;

/** Asks which connection to sign out of. */
export function signOutCard(connections: readonly { id: string; title: string }[], texts: Texts): Card {
  const each = connections.map(({ id, title }) =>
    submit(texts.signOutOf(sanitizeText(title, LONGEST_TITLE)), { signOut: id }),
  );
  const all = submit(texts.signOutOfAll, { signOutOfAll: true });
  return card(texts.chatWhichSignOut, connections.length > 1 ? [...each, all] : each, texts);
}

/** Says that there are more results, and offers them. */
export function moreCard(words: string, data: Record<string, unknown>, texts: Texts): Card {
  return card(words, [submit(texts.showMore, data)], texts);
}

type Card = Record<string, unknown>;

/** Each button on a line of its own: beside each other long titles are cut, and Teams shows six in a row at most. */
function card(words: string, buttons: readonly Card[], texts: Texts): Card {
  const actions = buttons.map((button) => ({ type: 'ActionSet', spacing: 'Small', actions: [button] }));
  // A TextBlock would read Markdown.
  const text = { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: words }] };
  return { ...cardBase(texts), body: [text, ...actions] };
}

function submit(title: string, data: Record<string, unknown>): Card {
  return { type: 'Action.Submit', title, data };
}
