import { cardHead } from './card-head.ts';
import { inertRun } from './inert.ts';
import type { Texts } from './locales/en.ts';

/** Somebody's account at a connection; no `name` where they are not signed in. */
export interface Account {
  id: string;
  title: string;
  name: string | undefined;
}

const LONGEST = 100;

/** Each connection with its account and a button, and one for all of them. */
export function accountsCard(accounts: readonly Account[], texts: Texts): Record<string, unknown> {
  const signedIn = accounts.filter(({ name }) => name !== undefined);
  const all = { type: 'Action.Submit', title: texts.signOutOfAll, data: { signOutOfAll: true } };
  return {
    ...cardHead(texts),
    body: accounts.map((account) => row(account, texts)),
    ...(signedIn.length > 1 && { actions: [all] }),
  };
}

function row({ id, title, name }: Account, texts: Texts): Record<string, unknown> {
  const shownTitle = inertRun(title, LONGEST);
  const words = name === undefined ? texts.accountNone : texts.accountOf(inertRun(name, LONGEST));
  // The button's title names the connection: a screen reader reads it alone.
  const button =
    name === undefined
      ? { type: 'Action.Submit', title: texts.signIn(shownTitle), data: { signIn: id } }
      : { type: 'Action.Submit', title: texts.signOutOf(shownTitle), data: { signOut: id } };
  return {
    type: 'Container',
    separator: true,
    spacing: 'Large',
    items: [
      run(shownTitle, { weight: 'Bolder' }),
      run(words, { isSubtle: true, spacing: 'None' }),
      { type: 'ActionSet', actions: [button] },
    ],
  };
}

function run(text: string, { spacing, ...style }: Record<string, unknown>): Record<string, unknown> {
  return { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text, ...style }], ...(spacing ? { spacing } : {}) };
}
