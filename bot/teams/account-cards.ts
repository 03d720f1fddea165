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
  const all = submit(texts.signOutOfAll, { signOutOfAll: true });
  return {
    ...cardHead(texts),
    body: accounts.map((account) => row(account, texts)),
    ...(signedIn.length > 1 && { actions: [all] }),
  };
}

function row({ id, title, name }: Account, texts: Texts): Record<string, unknown> {
  const shownTitle = inertRun(title, LONGEST);
  const words = name === undefined ? texts.accountNone : texts.accountOf(inertRun(name, LONGEST));
  // A button's title names the connection: a screen reader reads it alone.
  const buttons =
    name === undefined
      ? [submit(texts.signIn(shownTitle), { signIn: id })]
      : [
          submit(texts.switchAccountAt(shownTitle), { switchAccount: id }),
          submit(texts.signOutOf(shownTitle), { signOut: id }),
        ];
  return {
    type: 'Container',
    separator: true,
    spacing: 'Large',
    items: [
      run(shownTitle, { weight: 'Bolder' }),
      run(words, { isSubtle: true, spacing: 'None' }),
      { type: 'ActionSet', actions: buttons },
    ],
  };
}

function submit(title: string, data: Record<string, unknown>): Record<string, unknown> {
  return { type: 'Action.Submit', title, data };
}

function run(text: string, { spacing, ...style }: Record<string, unknown>): Record<string, unknown> {
  return { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text, ...style }], ...(spacing ? { spacing } : {}) };
}
