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
  settings: { heading: 'Your connections', body: ['What {asker} can search from Teams, and with which accounts.'] },
  settingsChanging: { heading: 'Changing your connections…', body: ['One moment.'] },
  opening: { heading: 'Opening sign-in…', body: ['One moment.'] },
  leaving: { heading: 'Taking you to sign-in…', body: ['The sign-in page opens in this window.'] },
  signingIn: { heading: 'Signing you in…', body: ['Checking with the sign-in service.'] },
  outsideTeams: {
    heading: 'No Teams window found',
    body: [
      'This page was not opened by Teams, or Teams does not answer. You can still sign in here.',
      'Afterwards, go back to Teams and search again.',
    ],
  },
  confirm: {
    heading: 'Connect the {connection} account {account} to {asker} in Microsoft Teams?',
    body: [
      '{connection} can then be searched from Teams with this account.',
      'If you did not start this from Teams just now, cancel.',
    ],
  },
  confirmUnnamed: {
    heading: 'Connect this {connection} account without a name (id {account}) to {asker} in Microsoft Teams?',
    body: [
      '{connection} did not say what the account is called. Connect only if you signed in there with your own account just now.',
      'If you did not start this from Teams just now, cancel.',
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
  doneInChat: { heading: 'You are signed in', body: ['Close this window and go on in the chat.'] },
  doneUntold: {
    heading: 'Teams could not be told',
    body: [
      'You signed in, but this window has lost its Teams window, so nothing was connected.',
      'Close this window, and sign in again from Teams.',
    ],
  },

  'signin.cancelled': { heading: 'Sign-in cancelled', body: ['Nothing was connected.', AGAIN] },
  'signin.identity_mismatch': {
    heading: 'Sign in as {expected}',
    body: [
      'You signed in as {used}, which is the account of another person. Nothing was connected.',
      'Choose “Use another account” and sign in as {expected}. If the sign-in page does not let you choose, use Teams in a private window.',
    ],
  },
  'signin.scope_missing': {
    heading: 'Not everything was allowed',
    body: [
      'The sign-in service did not grant all the permissions that searching needs. Nothing was connected.',
      `${AGAIN} Sign in there, and allow everything that the sign-in page asks for.`,
    ],
  },
  'signin.other_teams_user': {
    heading: 'Open Teams as {expected}',
    body: [
      'This link is for {expected}, but this Teams belongs to another account. Nothing was connected.',
      'If you are {expected}, open Teams with that account and search there. If you are not, close this window.',
    ],
  },
  'ticket.invalid': {
    heading: 'This sign-in link does not work',
    body: ['It is incomplete or has been changed.', `${AGAIN} You get a new link there.`],
  },
  'ticket.expired': {
    heading: 'This sign-in link has expired',
    body: [`${AGAIN} You get a new link there.`],
  },
  'transaction.unknown': {
    heading: 'This sign-in has ended',
    body: [
      'It was finished already, or it took too long.',
      `${AGAIN} If Teams asks you to sign in, start again from there.`,
    ],
  },
  'transaction.cookie': {
    heading: 'This sign-in belongs to another window',
    body: [
      'It can be finished only in the browser in which it began, with cookies allowed for this site.',
      'Close this window, search in Teams and sign in again from there.',
    ],
  },
  'confirmation.unknown': {
    heading: 'This question has expired',
    body: ['Nothing was connected.', `${AGAIN} Sign in again from there.`],
  },
  'request.malformed': {
    heading: 'This sign-in cannot be used',
    body: ['The answer of the sign-in page is incomplete or has been changed. Nothing was connected.', AGAIN],
  },
  'request.origin': {
    heading: 'This sign-in cannot be used',
    body: ['The request did not come from this page. Nothing was connected.', AGAIN],
  },
  'provider.refused': {
    heading: 'The sign-in service said no',
    body: [
      'It did not let you in here. Nothing was connected.',
      `${AGAIN} If it happens again, ask your administrator for access.`,
    ],
  },
  'provider.policy': {
    heading: 'Your organization does not allow this',
    body: [
      'A rule of your organization or of the sign-in service does not let this account in. Nothing was connected.',
      'Ask your administrator for access. With another account: close this window and search again in Teams.',
    ],
  },
  'provider.misconfigured': {
    heading: 'This sign-in is not set up correctly',
    body: [
      'The sign-in service does not accept the settings of this connection. Nothing was connected.',
      'Only an administrator can correct this. Tell yours, then search again in Teams.',
    ],
  },
  'provider.invalid_response': {
    heading: 'The sign-in service cannot be trusted now',
    body: [
      'Its answer failed a safety check. Nothing was connected.',
      `${AGAIN} If it happens again, tell your administrator.`,
    ],
  },
  'provider.unavailable': {
    heading: 'The sign-in service is not available',
    body: ['Nothing was connected.', 'Wait a minute, then close this window and search again in Teams.'],
  },
  'provider.timeout': {
    heading: 'The sign-in service takes too long',
    body: [
      'It did not answer in time. Nothing was connected.',
      'Wait a minute, then close this window and search again in Teams.',
    ],
  },
  'store.unavailable': {
    heading: 'Latchkey is not available',
    body: ['It cannot save your sign-in just now.', 'Wait a minute, then close this window and search again in Teams.'],
  },
  'limit.exceeded': {
    heading: 'Too many tries',
    body: ['Wait ten minutes, then close this window and search again in Teams.'],
  },
  'page.reloaded': {
    heading: 'This sign-in has ended',
    body: [
      'A sign-in that was not finished ends when its page is loaded again. Nothing was connected by it.',
      `${AGAIN} If Teams asks you to sign in, start again from there.`,
    ],
  },
  'page.no_teams': {
    heading: 'Open this from Teams',
    body: [
      'No Teams window answers here, and this account can be connected only together with Teams.',
      'Close this window, search in Teams and choose sign in there.',
    ],
  },
  'page.offline': {
    heading: 'No connection',
    body: ['Latchkey cannot be reached.', 'Check your network, then close this window and search again in Teams.'],
  },
  'page.timeout': {
    heading: 'Latchkey takes too long',
    body: ['It did not answer in time.', 'Wait a minute, then close this window and search again in Teams.'],
  },
  'page.unexpected': {
    heading: 'Something went wrong',
    body: [
      'Latchkey gave an answer that this page does not know.',
      `${AGAIN} If it happens again, tell your administrator.`,
    ],
  },
} as const satisfies Record<string, ScreenMessage>;

export type ScreenName = keyof typeof SCREENS;

/** Outcomes without a sign-in, named like codes in problem bodies. The page sets `page.…`. */
export type EndCode = Extract<ScreenName, `${string}.${string}`>;

/** Also the fallback for other languages. */
export const en: Messages = {
  lang: 'en',
  dir: 'ltr',
  title: 'Latchkey sign-in',
  stuck: 'Still here? Close this window and search again in Teams.',
  noScript: {
    heading: 'JavaScript is switched off',
    body: ['Signing in needs JavaScript. Allow it for this page, then close this window and search again in Teams.'],
  },
  chatTitle: 'Latchkey chat',
  chatFailed: {
    heading: 'The chat cannot be opened',
    body: [
      'Latchkey, or the chat service behind it, cannot be reached.',
      'Check your network, then load this page again.',
    ],
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
    chosen: 'Searches of several connections use {connection} alone',
  },
  teamsUser: {
    signInName: '{asker} is signed in to Teams as {signInName}.',
    tenant: '{asker} belongs to the Microsoft 365 tenant {tenant}.',
    unknown:
      'Teams did not say who uses it, so Latchkey cannot check that you are {asker}. Connect only if you searched in Teams just now.',
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
