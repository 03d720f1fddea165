import type { ShownAccount } from '../sign-in/identity-provider.ts';
import { accountWords } from './account-words.ts';
import { cardHead } from './card-head.ts';
import { inertRun } from './inert.ts';
import type { Texts } from './locales/en.ts';

/** A connection, and somebody's account there; none where they are not signed in. */
export interface Account {
  id: string;
  title: string;
  account?: ShownAccount;
}

const LONGEST = 100;

/** Each connection with its account and a button, and one for all of them. */
export function accountsCard(accounts: readonly Account[], texts: Texts): Record<string, unknown> {
  const signedIn = accounts.filter(({ account }) => account);
  const all = submit(texts.signOutOfAll, { signOutOfAll: true });
  return {
    ...cardHead(texts),
    body: accounts.map((account) => row(account, texts)),
    ...(signedIn.length > 1 && { actions: [all] }),
  };
}

function row({ id, title, account }: Account, texts: Texts): Record<string, unknown> {
  const shownTitle = inertRun(title, LONGEST);
  const words = account ? texts.accountOf(inertRun(accountWords(account, texts), LONGEST)) : texts.accountNone;
  // A button's title names the connection: a screen reader reads it alone.
  const buttons =
    account === undefined
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
      // Each on a line of its own: beside each other they do not fit, and a host cuts off what does not.
      ...buttons.map((button) => ({ type: 'ActionSet', spacing: 'Small', actions: [button] })),
    ],
  };
}

function submit(title: string, data: Record<string, unknown>): Record<string, unknown> {
  return { type: 'Action.Submit', title, data };
}

function run(text: string, { spacing, ...style }: Record<string, unknown>): Record<string, unknown> {
  return { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text, ...style }], ...(spacing ? { spacing } : {}) };
}
