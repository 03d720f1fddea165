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
/** Teams takes a card of 28 KB. Some is left for what every card has, and for what is around it. */
const MAX_ROWS_BYTES = 25 * 1024;

/** Each connection with its account and a button, and one for all of them. As many as fit into a card; a button shows the
 * others. @param from the first one to show */
export function accountsCard(accounts: readonly Account[], texts: Texts, from = 0): Record<string, unknown> {
  const signedIn = accounts.filter(({ account }) => account);
  const body = rowsThatFit(accounts.slice(from).map((account) => row(account, texts)));
  const next = from + body.length;
  const actions = [
    ...(next < accounts.length ? [submit(texts.moreConnections(accounts.length - next), { showFrom: next })] : []),
    ...(signedIn.length > 1 ? [submit(texts.signOutOfAll, { signOutOfAll: true })] : []),
  ];
  return { ...cardHead(texts), body, ...(actions.length > 0 && { actions }) };
}

function rowsThatFit(rows: Record<string, unknown>[]): Record<string, unknown>[] {
  let bytes = 0;
  const overflow = rows.findIndex((each) => {
    bytes += Buffer.byteLength(JSON.stringify(each));
    return bytes > MAX_ROWS_BYTES;
  });
  return overflow === -1 ? rows : rows.slice(0, overflow);
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
