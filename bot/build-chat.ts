import { Chat } from './chat/chat.ts';
import { ChatActivities } from './chat/chat-handler.ts';
import { signInLink } from './chat/chat-link.ts';
import { ChatSearch } from './chat/chat-search.ts';
import { ChatCodes } from './chat/code-verification.ts';
import { ConnectedChat } from './chat/connected-chat.ts';
import { TokenExchanges } from './chat/token-exchange.ts';
import type { Config } from './config/config.ts';
import type { Connection } from './connection.ts';
import type { SearchExtensionDependencies } from './teams/search-extension.ts';

export type BuildChatDependencies = Pick<SearchExtensionDependencies, 'signIn' | 'reception' | 'report'> & {
  /** Writes down that Teams could not sign somebody in. */
  failed(code: string): void;
};

/** A link to the bot's own chat, where a person signs in to the connection of that title; none without a bot. */
export function signInChatOf({ bot }: Config): ((title: string, locale: string) => string) | undefined {
  return bot && ((title, locale) => signInLink(bot.id, title, locale));
}

/** Conversations with the bot itself, on every channel. */
export function buildChat(
  { bot, loopback }: Config,
  connections: readonly Connection[],
  deps: BuildChatDependencies,
): ChatActivities {
  const search = new ChatSearch({ ...deps, connections });
  const chat = new Chat({ ...deps, connections, search });
  return new ChatActivities({
    ...deps,
    chat,
    connected: new ConnectedChat({ ...deps, connections, chat, search }),
    exchanges: new TokenExchanges({ ...deps, connections, chat }),
    codes: new ChatCodes({ ...deps, chat, connectionIds: connections.map(({ id }) => id) }),
    botId: bot?.id ?? '',
    loopback,
  });
}
