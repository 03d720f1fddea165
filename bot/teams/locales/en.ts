import type { FactName, FactTerm } from '../../sources/source.ts';
import { listFormatter, pluralFormatter } from './format.ts';

/** `wait` and `date` are already formatted in this language. */
export const en = {
  direction: 'ltr' as 'ltr' | 'rtl',
  signIn: (title: string) => `Sign in to ${title}`,
  /** For a user whose name Teams did not send. */
  aTeamsUser: 'a Teams user',
  notAllowed: 'Latchkey is not turned on for your organization. Ask the Latchkey administrator to allow it.',
  noIdentity:
    'Teams did not tell Latchkey who you are, so you cannot sign in here. If you are a guest or joined a meeting anonymously, use Teams in your own organization.',
  nothingFound: (query: string, title: string) =>
    `No results for “${query}” in ${title}. Try fewer or different words.`,
  nothingRecent: (title: string) => `No recent changes in ${title}. Type a word to search.`,
  superseded: 'Replaced by a newer search.',
  noMore: 'There are no more results.',
  forbidden: (account: string, title: string) =>
    `You are signed in to ${title} as ${account}, but that account does not have access. Ask for access in ${title}.`,
  busy: (title: string, wait: string) => `${title} is busy. Try again in ${wait}.`,
  unavailable: (title: string, reference: string) =>
    `Latchkey could not search ${title}. Try again in a moment. Reference: ${reference}`,
  unavailableFor: (title: string, wait: string, reference: string) =>
    `Latchkey could not search ${title}. Try again in ${wait}. Reference: ${reference}`,
  notAllSearched: (title: string) =>
    `Latchkey could not search all of ${title}, so results may be missing. Try again in a moment.`,
  unreadable: (title: string, reference: string) =>
    `Latchkey could not read the response from ${title}. Tell your administrator. Reference: ${reference}`,
  paused: (wait: string) => `Your account sent too many wrong sign-in codes. To sign in, search again in ${wait}.`,
  signedOut: (titles: string) => `You are signed out of ${titles}. Search again to sign in.`,
  notSignedInTo: (title: string) => `You are not signed in to ${title}. To sign in, choose “Your connections”.`,
  codeNotReturned: (title: string) =>
    `You cannot finish signing in to ${title} in this app. Open a personal chat with Latchkey in Teams, sign in there, then search here again.`,
  notSignedIn: 'You are not signed in to any connection.',
  accountsUnavailable: (reference: string) =>
    `Latchkey could not show or change your connections. Try again in a moment. Reference: ${reference}`,
  connectionsTitle: 'Your connections',
  signOutTitle: 'Sign out',
  signOutOf: (title: string) => `Sign out of ${title}`,
  switchAccountAt: (title: string) => `Use another account for ${title}`,
  moreConnections: (count: number) => `Show ${count} more`,
  signOutOfAll: 'Sign out of all',
  accountOf: (account: string) => `Signed in as ${account}`,
  unnamedAccount: (id: string) => `an account without a name (id ${id})`,
  accountNone: 'Not signed in',
  list: listFormatter('en'),
  seconds: pluralFormatter('en', { one: '# second', other: '# seconds' }),
  minutes: pluralFormatter('en', { one: '# minute', other: '# minutes' }),
  edited: (date: string, by: string | undefined) => (by ? `Last edited ${date} by ${by}` : `Last edited ${date}`),
  pageOf: (title: string) => `A page in ${title}. To read it, you need an account there.`,
  /** The next two are on cards that a user may send, so they tell no account details. */
  searchedHere: (title: string) =>
    `Latchkey searches ${title} from Teams. Each person signs in with their own account.`,
  notAResult: (title: string) => `This is a notice about searching ${title}, not a search result.`,
  linkNotReadable: (title: string) =>
    `This page does not exist in ${title}, or your account there does not have access. Check the link or ask for access.`,
  view: (title: string) => `View in ${title}`,
  imageOf: (title: string) => `Picture of ${title}`,
  /** Before the value of a fact. */
  fact: (label: string) => `${label}:`,
  facts: {
    status: 'Status',
    assignee: 'Assignee',
    priority: 'Priority',
    type: 'Type',
    number: 'Number',
    labels: 'Labels',
    project: 'Project',
    space: 'Space',
    site: 'Site',
    category: 'Category',
    due: 'Due',
    owner: 'Owner',
    author: 'Author',
    created: 'Created',
    folder: 'Folder',
    channel: 'Channel',
    milestone: 'Milestone',
    version: 'Version',
    team: 'Team',
  } satisfies Record<FactName, string>,
  factTerms: {
    open: 'Open',
    closed: 'Closed',
    merged: 'Merged',
    draft: 'Draft',
    notPlanned: 'Not planned',
    duplicate: 'Duplicate',
    folder: 'Folder',
    document: 'Document',
    spreadsheet: 'Spreadsheet',
    presentation: 'Presentation',
    notebook: 'Notebook',
    picture: 'Picture',
    video: 'Video',
    page: 'Page',
    listItem: 'List item',
    yes: 'Yes',
    no: 'No',
  } satisfies Record<FactTerm, string>,
  /** For the bot's chat. A quoted word is a command. */
  chatWelcome: (titles: string) => `I search ${titles} with your own account. Only you see the results.`,
  chatHow: (search: string) => `Send “${search}” and a few words. Other commands:`,
  chatSearchWhat: 'What do you want to search for? Send a few words.',
  chatWhichSignOut: 'Which connection do you want to sign out of?',
  chatUnknown: (message: string) => `I did not understand “${message}”.`,
  searchFor: (message: string) => `Search for “${message}”`,
  inPersonalChat: 'Your results are only for you, so I reply in a personal chat.',
  openChat: 'Open a personal chat',
  signedInTo: (title: string, account: string) => `You are signed in to ${title} as ${account}.`,
  signInCancelled: (signIn: string) => `The sign-in was cancelled. To try again, send “${signIn}”.`,
  signInNotFinished: (signIn: string) =>
    `You are not signed in: the window was closed or the link no longer worked. For a new link, send “${signIn}”.`,
  signInFailed: (signIn: string) =>
    `That sign-in expired or belongs to another person. To try again, send “${signIn}”.`,
  alsoSignIn: (title: string, signIn: string) =>
    `You are not signed in to ${title}. To search there too, send “${signIn}”.`,
  signInToAny: 'Sign in to one of these to search. You can add others later.',
  moreResults: pluralFormatter('en', { one: 'There is # more result.', other: 'There are # more results.' }),
  moreResultsUncounted: 'There are more results.',
  showMore: 'Show more',
  chatUnavailable: (reference: string) => `That did not work. Try again in a moment. Reference: ${reference}`,
  /** The next two are only for the Agents Playground. `prompt` is the text of `signIn`; the address follows. */
  openByHand: (prompt: string) => `${prompt}: copy this address into a new tab, sign in there, then search here again.`,
  typeCommand: (command: string, parameter: string) =>
    `The Agents Playground does not read the manifest. Under “Specify Command ID or Parameter”, enter ${command} as the command ID and ${parameter} as the parameter name.`,
};

export type Messages = typeof en;
