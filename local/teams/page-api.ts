// Types of the API between the page and its server. Both import them.

export interface Command {
  id: string;
  title: string;
}

/** `GET /api/settings` */
export interface Settings {
  botId: string;
  commands: Command[];
  /** Each opens a task module. */
  actions: Command[];
}

/** `text` is never empty: an empty search is an initial run. */
interface QueryRequest {
  name: 'composeExtension/query';
  commandId: string;
  text?: string;
  skip: number;
  count: number;
  state?: string;
  /** With Entra's token, after `silentAuth`. */
  silent?: true;
}

/** An action command, or a button of its card. */
export type TaskRequest =
  | { name: 'composeExtension/fetchTask'; commandId: string; state?: string }
  | { name: 'composeExtension/submitAction'; commandId: string; data: unknown; state?: string };

/** For a link in the compose box. */
export interface LinkRequest {
  name: 'composeExtension/queryLink';
  url: string;
  state?: string;
}

/** Requests the settings page, or sends its outcome. */
export type SettingsRequest =
  | { name: 'composeExtension/querySettingUrl'; commandId: string }
  | { name: 'composeExtension/setting'; state: string };

/** `state`: the value of `notifySuccess`. */
export type Invocation = QueryRequest | TaskRequest | LinkRequest | SettingsRequest;

/** `POST /api/invoke` */
export type InvokeRequest = Invocation & {
  /** A key of {@link peopleByKey}. */
  person: string;
  locale: string;
  conversation: { id: string; conversationType: string };
};

/** In the chat with the bot: a message, a button, the end of a sign-in, or the installation. */
export type ChatAction =
  | { kind: 'said'; text: string }
  | { kind: 'pressed'; data: unknown }
  | { kind: 'signedIn'; state: string }
  | { kind: 'token'; exchange: TokenWanted }
  | { kind: 'installed' };

/** From a card that requests a token. */
export interface TokenWanted {
  id: string;
  connectionName: string;
}

/** `POST /api/chat` */
export type ChatRequest = ChatAction & Omit<InvokeRequest, keyof Invocation>;

/** The sent activities, and the bot's messages meanwhile. */
export interface ChatResult {
  exchanges: Exchange<ChatActivity>[];
  replies: ChatEntry[];
  /** Index of the next message. */
  next: number;
}

/** `GET /api/chat?conversation=…&after=…`: the bot's later messages. `after` is the last `next`. */
export type LaterReplies = Omit<ChatResult, 'exchanges'>;

interface ChatEntry {
  at: number;
  activity: unknown;
}

/** `answered` includes errors. `timeout` means 5 seconds. */
export type Outcome = 'answered' | 'timeout' | 'unreachable';

export type InvokeResult = Exchange<Activity>;

export interface Exchange<T extends ChatActivity> {
  outcome: Outcome;
  /** The bot's messaging endpoint. */
  url: string;
  /** With a shortened token. */
  requestHeaders: Record<string, string>;
  request: T;
  /** Absent without a response. */
  status?: number;
  /** Absent without a response or if empty. */
  body?: unknown;
  ms: number;
}

/** Tests may change every member. */
export interface ChatActivity {
  type: string;
  /** Only for an invoke. */
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

export interface Activity extends ChatActivity {
  name: string;
  value: unknown;
  channelData: { tenant: { id: string }; source: { name: string } };
}
