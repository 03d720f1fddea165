import type { Mutation } from '../mutation.ts';

const CHAT_HANDLER = 'bot/chat/chat-handler.ts';
const TOKEN_EXCHANGE = 'bot/chat/token-exchange.ts';
const CHAT_TEST = 'test/threats/chat/chat.test.ts';
const EXCHANGE_TEST = 'test/threats/sign-in/token-exchange.test.ts';

/** The bot's own chat: identity by channel, and the places where it sends messages. */
export const CHAT: readonly Mutation[] = [
  {
    threat: 'T8',
    defence: 'an object id counts only on Microsoft 365’s own channels',
    file: 'bot/teams/access-policy.ts',
    find: "CHANNELS.get(activity.channelId)?.(activity) ?? 'no_identity'",
    replace: 'userFromTeams(activity)',
    test: CHAT_TEST,
    name: 'T8: on a channel',
  },
  {
    threat: 'T10',
    defence: 'after a closed sign-in window, the bot looks up only values in the form of a code',
    file: 'bot/chat/code-verification.ts',
    function: 'CodeVerification.#verify',
    without: 'isSecret',
    test: 'test/threats/connector/activities.test.ts',
    name: 'T10: the bot handles the invokes of a chat',
  },
  {
    threat: 'T56',
    defence: 'where others read, the bot shows no results',
    file: CHAT_HANDLER,
    find: "if (!isPersonalChat(activity) && ('asker' in identified || isGroupConversation(activity))) {",
    replace: 'if (activity === undefined) {',
    test: CHAT_TEST,
    name: 'T56: where others read',
  },
  {
    threat: 'T56',
    defence: 'a conversation is personal only if its type says so',
    file: 'bot/chat/conversation.ts',
    find: "asObject(conversation).conversationType === 'personal'",
    replace: "asObject(conversation).conversationType !== 'x'",
    test: CHAT_TEST,
    name: 'T56: where others read',
  },
  {
    threat: 'T66',
    defence: 'six digits are a code only in the conversation of the prompt',
    file: 'bot/sign-in/chat-sign-in.ts',
    find: 'ids.filter((_, at) => prompted[at])',
    replace: 'ids.filter((_, at) => prompted[at] !== undefined)',
    test: 'test/threats/sign-in/providers/token-service.test.ts',
    name: 'T66: the six digits in a chat typed in a chat without a prompt',
  },
  {
    threat: 'T48',
    defence: 'the bot sends its messages only to a channel’s own public address',
    file: 'bot/chat/conversation.ts',
    find: 'if (!isSafeUrl(value, loopback)) return false;',
    replace: 'if (!isSafeUrl(value, true)) return false;',
    test: 'test/contract/teams/chat-functions.test.ts',
    name: 'T48',
  },
  {
    threat: 'T10',
    defence: 'a token comes with a card’s id and a connection’s name, as text',
    file: TOKEN_EXCHANGE,
    function: 'isName',
    body: 'return true;',
    test: EXCHANGE_TEST,
    name: 'T10',
  },
  {
    threat: 'T56',
    defence: 'a token in a group chat signs no one in',
    file: CHAT_HANDLER,
    find: '|| !supportsTokenExchange(activity)) return FORBIDDEN;',
    replace: ') return FORBIDDEN;',
    test: EXCHANGE_TEST,
    name: 'T56, T68: a group chat',
  },
  {
    threat: 'T56',
    defence: 'a waiting search is continued only in its own conversation',
    file: 'bot/chat/chat-search.ts',
    function: 'searchKey',
    body: 'return `${userKey(asker)} ${conversationId && 1}`;',
    test: EXCHANGE_TEST,
    name: 'T56: in no other conversation',
  },
];
