/** The view replaces `{names}`, always as text. */
interface ScreenMessage {
  heading: string;
  body: readonly string[];
}

export interface Messages {
  /** A BCP 47 tag. */
  lang: string;
  dir: 'ltr' | 'rtl';
  title: string;
  /** Shown if the script does not load. */
  stuck: string;
  noScript: ScreenMessage;
  /** For Web Chat's page. */
  chatTitle: string;
  /** Shown if Web Chat does not load. */
  chatFailed: ScreenMessage;
  /** Shown if the browser blocks the window. */
  chatBlocked: { message: string; link: string };
  /** Replace the lines that mention Teams, if Web Chat opened the page. */
  fromChat: Record<'again' | 'waitAndAgain', string>;
  unnamed: string;
  /** Replaces a missing account name, because an `{id}` alone means little. */
  unnamedAccount: string;
  /** Replaces the buttons if the browser keeps the window open. */
  closeByHand: string;
  account: Record<'signedIn' | 'signedOut' | 'chosen', string>;
  teamsUser: Record<'signInName' | 'tenant' | 'unknown', string>;
  buttons: Record<
    | ('connect' | 'cancel' | 'proceed' | 'retry' | 'close')
    | ('signIn' | 'switchAccount' | 'signOut' | 'signOutAll' | 'searchOnly' | 'searchAll' | 'finish'),
    string
  >;
  screens: Record<ScreenName, ScreenMessage>;
}

const AGAIN = 'Close this window and search again in Teams.';

const SCREENS = {
  settingsOpening: { heading: 'Opening your connections…', body: ['One moment.'] },
  settings: {
    heading: 'Your connections',
    body: ['The connections that {asker} can search from Teams, with their accounts.'],
  },
  settingsChanging: { heading: 'Changing your connections…', body: ['One moment.'] },
  opening: { heading: 'Opening sign-in…', body: ['One moment.'] },
  leaving: { heading: 'Taking you to sign-in…', body: ['The sign-in page opens in this window.'] },
  signingIn: { heading: 'Signing you in…', body: ['Checking with the sign-in service.'] },
  outsideTeams: {
    heading: 'No Teams window found',
    body: [
      'Teams did not open this page or does not respond. You can still sign in here.',
      'Then go back to Teams and search again.',
    ],
  },
  confirm: {
    heading: 'Connect the {connection} account {account} to {asker} in Microsoft Teams?',
    body: [
      '{asker} can then search {connection} from Teams with this account.',
      'If you did not just start this in Teams, choose Cancel.',
    ],
  },
  confirmUnnamed: {
    heading: 'Connect this {connection} account without a name (id {account}) to {asker} in Microsoft Teams?',
    body: [
      '{connection} did not send a name for this account. Connect only if you just signed in there with your own account.',
      'If you did not just start this in Teams, choose Cancel.',
    ],
  },
  connecting: { heading: 'Connecting…', body: ['One moment.'] },
  cancelling: { heading: 'Cancelling…', body: ['One moment.'] },
  done: { heading: 'You are signed in', body: ['Going back to Teams…'] },
  doneStillOpen: {
    heading: 'You are signed in',
    body: ['Close this window. If Teams does not show your results, search again there.'],
  },
  doneSearchAgain: { heading: 'You are signed in', body: [AGAIN] },
  doneInChat: { heading: 'You are signed in', body: ['Close this window and continue in the chat.'] },
  doneUntold: {
    heading: 'Teams does not know about your sign-in',
    body: [
      'This window lost its connection to Teams. No account was connected.',
      'Close this window and sign in again from Teams.',
    ],
  },

  'signin.cancelled': { heading: 'Sign-in cancelled', body: ['No account was connected.', AGAIN] },
  'signin.identity_mismatch': {
    heading: 'Sign in as {expected}',
    body: [
      'You signed in as {used}, the account of another person. No account was connected.',
      'Choose “Use another account” and sign in as {expected}. If the sign-in page does not let you choose, use Teams in a private window.',
    ],
  },
  'signin.scope_missing': {
    heading: 'A permission is missing',
    body: [
      'The sign-in service did not grant every permission that search needs. No account was connected.',
      `${AGAIN} Sign in, and allow everything that the sign-in page asks for.`,
    ],
  },
  'signin.other_teams_user': {
    heading: 'Open Teams as {expected}',
    body: [
      'This link is for {expected}, but Teams is open with another account. No account was connected.',
      'If you are {expected}, open Teams with that account and search there. If not, close this window.',
    ],
  },
  'ticket.invalid': {
    heading: 'This sign-in link does not work',
    body: ['The link is incomplete or was changed.', `${AGAIN} You get a new link there.`],
  },
  'ticket.expired': {
    heading: 'This sign-in link has expired',
    body: [`${AGAIN} You get a new link there.`],
  },
  'transaction.unknown': {
    heading: 'This sign-in has ended',
    body: ['It is already finished, or it took too long.', `${AGAIN} If Teams asks you to sign in, start again there.`],
  },
  'transaction.cookie': {
    heading: 'This sign-in belongs to another window',
    body: [
      'Finish it in the browser where you started it, and allow cookies for this site.',
      'Close this window, search in Teams and sign in again.',
    ],
  },
  'confirmation.unknown': {
    heading: 'This question has expired',
    body: ['No account was connected.', `${AGAIN} Then sign in again.`],
  },
  'request.malformed': {
    heading: 'This sign-in did not work',
    body: ['The response from the sign-in page is incomplete or was changed. No account was connected.', AGAIN],
  },
  'request.origin': {
    heading: 'This sign-in did not work',
    body: ['The request did not come from this page. No account was connected.', AGAIN],
  },
  'provider.refused': {
    heading: 'The sign-in service refused access',
    body: [
      'It did not let you sign in. No account was connected.',
      `${AGAIN} If it happens again, ask your administrator for access.`,
    ],
  },
  'provider.policy': {
    heading: 'Your organization does not allow this',
    body: [
      'A rule of your organization or of the sign-in service blocks this account. No account was connected.',
      'Ask your administrator for access. To use another account, close this window and search again in Teams.',
    ],
  },
  'provider.misconfigured': {
    heading: 'This sign-in is not set up correctly',
    body: [
      'The sign-in service does not accept the settings of this connection. No account was connected.',
      'Ask your administrator to correct them, then search again in Teams.',
    ],
  },
  'provider.invalid_response': {
    heading: 'The sign-in response is not safe',
    body: [
      'The response from the sign-in service failed a security check. No account was connected.',
      `${AGAIN} If it happens again, tell your administrator.`,
    ],
  },
  'provider.unavailable': {
    heading: 'The sign-in service is not available',
    body: ['No account was connected.', 'Wait a minute, then close this window and search again in Teams.'],
  },
  'provider.timeout': {
    heading: 'The sign-in service takes too long',
    body: [
      'It did not respond in time. No account was connected.',
      'Wait a minute, then close this window and search again in Teams.',
    ],
  },
  'store.unavailable': {
    heading: 'Latchkey is not available',
    body: [
      'It cannot save your sign-in right now.',
      'Wait a minute, then close this window and search again in Teams.',
    ],
  },
  'limit.exceeded': {
    heading: 'Too many attempts',
    body: ['Wait ten minutes, then close this window and search again in Teams.'],
  },
  'page.reloaded': {
    heading: 'This sign-in has ended',
    body: [
      'Reloading this page ends a sign-in that is not finished. It connected no account.',
      `${AGAIN} If Teams asks you to sign in, start again there.`,
    ],
  },
  'page.no_teams': {
    heading: 'Open this from Teams',
    body: [
      'Teams does not respond, and this account can be connected only from Teams.',
      'Close this window, search in Teams and sign in there.',
    ],
  },
  'page.offline': {
    heading: 'No connection',
    body: ['This page cannot reach Latchkey.', 'Check your network, then close this window and search again in Teams.'],
  },
  'page.timeout': {
    heading: 'Latchkey takes too long',
    body: ['It did not respond in time.', 'Wait a minute, then close this window and search again in Teams.'],
  },
  'page.unexpected': {
    heading: 'Something went wrong',
    body: [
      'Latchkey sent a response that this page does not understand.',
      `${AGAIN} If it happens again, tell your administrator.`,
    ],
  },
} as const satisfies Record<string, ScreenMessage>;

export type ScreenName = keyof typeof SCREENS;

/** Outcomes without a sign-in, named like codes in problem bodies. The page sets `page.…`. */
export type ErrorCode = Extract<ScreenName, `${string}.${string}`>;

/** Also the fallback for other languages. */
export const en: Messages = {
  lang: 'en',
  dir: 'ltr',
  title: 'Latchkey sign-in',
  stuck: 'Still here? Close this window and search again in Teams.',
  noScript: {
    heading: 'JavaScript is turned off',
    body: ['Sign-in needs JavaScript. Allow it for this page, then close this window and search again in Teams.'],
  },
  chatTitle: 'Latchkey chat',
  chatFailed: {
    heading: 'The chat cannot be opened',
    body: ['This page cannot reach Latchkey or the chat service.', 'Check your network, then reload this page.'],
  },
  chatBlocked: {
    message: 'Your browser blocked the sign-in window.',
    link: 'Open the sign-in page',
  },
  fromChat: {
    again: 'Close this window and sign in again from the chat.',
    waitAndAgain: 'Wait a few minutes. Then close this window and sign in again from the chat.',
  },
  unnamed: 'the person who searched',
  unnamedAccount: 'an account without a name (id {id})',
  closeByHand: 'You can close this window now.',
  account: {
    signedIn: 'Signed in as {account}',
    signedOut: 'Not signed in',
    chosen: 'Searches across connections use only {connection}',
  },
  teamsUser: {
    signInName: '{asker} is signed in to Teams as {signInName}.',
    tenant: '{asker} belongs to the Microsoft 365 tenant {tenant}.',
    unknown:
      'Teams did not tell Latchkey who you are, so check that you are {asker}. Connect only if you just searched in Teams.',
  },
  buttons: {
    signIn: 'Sign in',
    switchAccount: 'Use another account',
    signOut: 'Sign out',
    signOutAll: 'Sign out of all connections',
    searchOnly: 'Search only {connection}',
    searchAll: 'Search all connections',
    finish: 'Done',
    connect: 'Connect',
    cancel: 'Cancel',
    proceed: 'Continue',
    retry: 'Try again',
    close: 'Close',
  },
  screens: SCREENS,
};
