// What the page and its server say to each other. Types only: both sides import them.

/** A command, as the manifest has it. */
export interface Command {
  id: string;
  title: string;
}

/** `GET /api/settings` */
export interface Settings {
  botId: string;
  /** The search commands. */
  commands: Command[];
  /** The action commands: each opens a task module. */
  actions: Command[];
}

/** `composeExtension/query`. An empty `text` is never sent: that is an initial run. */
interface QueryRequest {
  name: 'composeExtension/query';
  commandId: string;
  text?: string;
  skip: number;
  count: number;
  state?: string;
  /** With a token that Entra gives without a window, after an answer `silentAuth`. */
  silent?: true;
}

/** An action command that was chosen, or the button of its card that was pressed. */
export type TaskRequest =
  | { name: 'composeExtension/fetchTask'; commandId: string; state?: string }
  | { name: 'composeExtension/submitAction'; commandId: string; data: unknown; state?: string };

/** A link in the compose box. */
export interface LinkRequest {
  name: 'composeExtension/queryLink';
  url: string;
  state?: string;
}

/** The extension's settings: where their page is, and what it ended with. */
export type SettingsRequest =
  | { name: 'composeExtension/querySettingUrl'; commandId: string }
  | { name: 'composeExtension/setting'; state: string };

/** What the page may have sent to the bot; `state` is what the sign-in window handed to `notifySuccess`. */
export type Invocation = QueryRequest | TaskRequest | LinkRequest | SettingsRequest;

/** `POST /api/invoke` */
export type InvokeRequest = Invocation & {
  /** A key of {@link peopleByKey}. */
  person: string;
  locale: string;
  conversation: { id: string; conversationType: string };
};

/** What somebody does in their chat with the bot: says something, presses a button of a card, comes back from the sign-in
 * window, or installs the app. */
export type ChatAction =
  | { kind: 'said'; text: string }
  | { kind: 'pressed'; data: unknown }
  | { kind: 'signedIn'; state: string }
  | { kind: 'token'; exchange: TokenWanted }
  | { kind: 'installed' };

/** What a card of the bot's asks a token for. */
export interface TokenWanted {
  id: string;
  connectionName: string;
}

/** `POST /api/chat` */
export type ChatRequest = ChatAction & Omit<InvokeRequest, keyof Invocation>;

/** What went to the bot, and what it said in the conversation meanwhile. */
export interface ChatResult {
  exchanges: Exchange<ChatActivity>[];
  replies: ChatEntry[];
  /** All that is said from here on is said later. */
  next: number;
}

/** `GET /api/chat?conversation=…&after=…`: what the bot has said since, `after` being the last answer's `next`. */
export type LaterReplies = Omit<ChatResult, 'exchanges'>;

/** Something that the bot said, and its place among all that it says. */
interface ChatEntry {
  at: number;
  activity: unknown;
}

/** `answered`: the bot said something, be it an error. Otherwise nothing came: in 5 seconds, or at all. */
export type Outcome = 'answered' | 'timeout' | 'unreachable';

/** One invoke as it went over the wire. */
export type InvokeResult = Exchange<Activity>;

/** Any activity as it went over the wire. */
export interface Exchange<T extends ChatActivity> {
  outcome: Outcome;
  /** The bot's messaging endpoint. */
  url: string;
  /** As sent, with the token cut out. */
  requestHeaders: Record<string, string>;
  request: T;
  /** Only where it was answered. */
  status?: number;
  /** Only where it was answered, and not empty. */
  body?: unknown;
  ms: number;
}

/** What Teams would have sent; every field is there to be changed by a test. */
export interface ChatActivity {
  type: string;
  /** Of an invoke. */
  name?: string;
  id: string;
  timestamp: string;
  localTimestamp: string;
  localTimezone: string;
  channelId: string;
  serviceUrl: string;
  from: { id: string; name: string; aadObjectId: string };
  recipient: { id: string; name: string };
  conversation: { id: string; tenantId: string; conversationType: string; isGroup?: boolean };
  entities: Record<string, unknown>[];
  channelData: { tenant: { id: string } };
  locale: string;
  text?: string;
  textFormat?: string;
  value?: unknown;
  membersAdded?: { id: string; name: string }[];
  action?: string;
}

/** Likewise, of an invoke. */
export interface Activity extends ChatActivity {
  name: string;
  value: unknown;
  channelData: { tenant: { id: string }; source: { name: string } };
}
