import type { ShownAccount } from '../../sign-in/providers/identity-provider.ts';
import type { ConnectionAccount } from '../../sign-in/types.ts';
import type { Messages } from '../locales/en.ts';
import { cardBase } from './cards.ts';
import { sanitizeText } from './sanitize.ts';

const MAX_NAME_LENGTH = 100;
/** Teams accepts a card of 28 KB. The rest is for the frame and the response. */
const MAX_ROWS_BYTES = 25 * 1024;

/** If the connections do not fit on a card, a button shows more.
 * @param from the index of the first connection */
export function accountsCard(
  accounts: readonly ConnectionAccount[],
  messages: Messages,
  from = 0,
): Record<string, unknown> {
  const signedIn = accounts.filter(({ account }) => account);
  const body = rowsThatFit(accounts.slice(from).map((account) => accountRow(account, messages)));
  const next = from + body.length;
  const actions = [
    ...(next < accounts.length ? [submit(messages.moreConnections(accounts.length - next), { showFrom: next })] : []),
    ...(signedIn.length > 1 ? [submit(messages.signOutOfAll, { signOutOfAll: true })] : []),
  ];
  return { ...cardBase(messages), body, ...(actions.length > 0 && { actions }) };
}

function rowsThatFit(rows: Record<string, unknown>[]): Record<string, unknown>[] {
  let bytes = 0;
  const overflow = rows.findIndex((each) => {
    bytes += Buffer.byteLength(JSON.stringify(each));
    return bytes > MAX_ROWS_BYTES;
  });
  return overflow === -1 ? rows : rows.slice(0, overflow);
}

function accountRow({ id, title, account }: ConnectionAccount, messages: Messages): Record<string, unknown> {
  const shownTitle = sanitizeText(title, MAX_NAME_LENGTH);
  const message = account
    ? messages.accountOf(sanitizeText(accountMessage(account, messages), MAX_NAME_LENGTH))
    : messages.accountNone;
  // A screen reader reads only the button's title, so it names the connection.
  const buttons =
    account === undefined
      ? [submit(messages.signIn(shownTitle), { signIn: id })]
      : [
          submit(messages.switchAccountAt(shownTitle), { switchAccount: id }),
          submit(messages.signOutOf(shownTitle), { signOut: id }),
        ];
  return {
    type: 'Container',
    separator: true,
    spacing: 'Large',
    items: [
      richTextBlock(shownTitle, { weight: 'Bolder' }),
      richTextBlock(message, { isSubtle: true, spacing: 'None' }),
      // Hosts cut off buttons that do not fit side by side.
      ...buttons.map((button) => ({ type: 'ActionSet', spacing: 'Small', actions: [button] })),
    ],
  };
}

function submit(title: string, data: Record<string, unknown>): Record<string, unknown> {
  return { type: 'Action.Submit', title, data };
}

function richTextBlock(text: string, { spacing, ...style }: Record<string, unknown>): Record<string, unknown> {
  return { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text, ...style }], ...(spacing ? { spacing } : {}) };
}

/** Tells the user if the name is only an id. */
export function accountMessage({ name, unnamed }: ShownAccount, messages: Messages): string {
  return unnamed ? messages.unnamedAccount(name) : name;
}
