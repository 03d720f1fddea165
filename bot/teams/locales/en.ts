import type { FactName, FactTerm } from '../../sources/source.ts';
import { listFormatter, pluralFormatter } from './format.ts';

/** `wait` and `date` are already formatted in this language. */
export const en = {
  direction: 'ltr' as 'ltr' | 'rtl',
  signIn: (title: string) => `Sign in to ${title}`,
  /** For a user whose name Teams did not send. */
  aTeamsUser: 'a Teams user',
  notAllowed:
    'Latchkey is not switched on for your organisation. Ask whoever runs it to add your tenant to the allowed ones.',
  noIdentity:
    'Teams did not say who you are, so you cannot sign in here. Guests and anonymous people in a meeting: please use your own organisation’s Teams.',
  nothingFound: (query: string, title: string) => `Nothing in ${title} matches “${query}”. Try fewer or other words.`,
  nothingRecent: (title: string) => `Nothing has changed in ${title} lately. Type a word to search.`,
  superseded: 'You typed on: this search was stopped for the newer one.',
  noMore: 'There are no more results.',
  forbidden: (account: string, title: string) =>
    `You are signed in to ${title} as ${account}, and that account may not read this. Ask for access there.`,
  busy: (title: string, wait: string) => `${title} is busy. Try again in ${wait}.`,
  unavailable: (title: string, reference: string) =>
    `${title} could not be searched just now. Try again in a moment. Reference: ${reference}`,
  unavailableFor: (title: string, wait: string, reference: string) =>
    `${title} could not be searched just now. Try again in ${wait}. Reference: ${reference}`,
  notAllSearched: (title: string) =>
    `Not everything in ${title} could be searched just now. There may be more results: try again in a moment.`,
  unreadable: (title: string, reference: string) =>
    `The answer of ${title} could not be read. Tell your administrator. Reference: ${reference}`,
  paused: (wait: string) =>
    `Too many sign-in codes that do not fit came from your account. Search again in ${wait} to sign in.`,
  signedOut: (titles: string) => `You are signed out of ${titles}. Search again to sign in.`,
  notSignedInTo: (title: string) =>
    `You are not signed in to ${title}. Choose “Your connections” to sign in there, too.`,
  codeNotReturned: (title: string) =>
    `Your sign-in to ${title} cannot be finished in this app, because the app does not return the sign-in code. Open a personal chat with Latchkey in Teams, sign in there, and search here again.`,
  notSignedIn: 'You are not signed in to anything here.',
  accountsUnavailable: (reference: string) =>
    `Your connections cannot be shown or changed just now. Try again in a moment. Reference: ${reference}`,
  connectionsTitle: 'Your connections',
  signOutTitle: 'Sign out',
  signOutOf: (title: string) => `Sign out of ${title}`,
  switchAccountAt: (title: string) => `Use another account at ${title}`,
  moreConnections: (count: number) => `Show ${count} more`,
  signOutOfAll: 'Sign out of all',
  accountOf: (account: string) => `Signed in as ${account}`,
  unnamedAccount: (id: string) => `an account without a name (id ${id})`,
  accountNone: 'Not signed in',
  list: listFormatter('en'),
  seconds: pluralFormatter('en', { one: '# second', other: '# seconds' }),
  minutes: pluralFormatter('en', { one: '# minute', other: '# minutes' }),
  edited: (date: string, by: string | undefined) => (by ? `Last edited ${date} by ${by}` : `Last edited ${date}`),
  pageOf: (title: string) => `A page of ${title}, to be read with an account there.`,
  /** The next two are on cards that a user may send, so they tell no account details. */
  searchedHere: (title: string) =>
    `Latchkey searches ${title} from Teams. Each person signs in with their own account.`,
  notAResult: (title: string) => `This is a notice about searching ${title}. It is not a page of it.`,
  linkNotReadable: (title: string) =>
    `This page of ${title} cannot be shown: it does not exist, or the account that is signed in there may not read it.`,
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
  chatWelcome: (titles: string) => `I search ${titles} with your own account. What I find is for you alone.`,
  chatHow: (search: string) => `Say “${search}” and a few words. I also know these:`,
  chatSearchWhat: 'What shall I look for? Send me a few words.',
  chatWhichSignOut: 'Which connection do you want to sign out of?',
  chatUnknown: (message: string) => `I do not know what to do with “${message}”.`,
  searchFor: (message: string) => `Search for “${message}”`,
  inPersonalChat: 'What I find is for you alone, so I answer in a personal chat.',
  openChat: 'Open a personal chat',
  signedInTo: (title: string, account: string) => `You are signed in to ${title} as ${account}.`,
  signInCancelled: (signIn: string) => `The sign-in was cancelled. Say “${signIn}” to begin again.`,
  signInNotFinished: (signIn: string) =>
    `You are not signed in: the window was closed, or the link no longer worked. Say “${signIn}” for a new link.`,
  signInFailed: (signIn: string) => `That sign-in came too late, or it was not yours. Say “${signIn}” to begin again.`,
  alsoSignIn: (title: string, signIn: string) =>
    `You are not signed in to ${title}. Say “${signIn}” to search there, too.`,
  signInToAny: 'Sign in to search. One of these is enough. You can add others later.',
  moreResults: pluralFormatter('en', { one: 'There is # more result.', other: 'There are # more results.' }),
  moreResultsUncounted: 'There are more results.',
  showMore: 'Show more',
  chatUnavailable: (reference: string) => `That did not work just now. Try again in a moment. Reference: ${reference}`,
  /** The next two are only for the Agents Playground. `prompt` is the text of `signIn`; the address follows. */
  openByHand: (prompt: string) => `${prompt}: copy this address to a new tab, sign in there, then search again here.`,
  typeCommand: (command: string, parameter: string) =>
    `The Agents Playground does not read the manifest. Under “Specify Command ID or Parameter” type ${command} as the command ID and ${parameter} as the parameter name.`,
};

export type Messages = typeof en;
