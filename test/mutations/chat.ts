import type { Mutation } from './mutation.ts';

const ACTIVITIES = 'bot/chat/chat-handler.ts';
const TOKEN_EXCHANGE = 'bot/chat/token-exchange.ts';
const CHAT_TEST = 'test/threats/chat/chat.test.ts';
const EXCHANGE_TEST = 'test/threats/sign-in/token-exchange.test.ts';

/** The bot's own chat: identity by channel, and where it speaks. */
export const CHAT: readonly Mutation[] = [
  {
    threat: 'T8',
    defence: 'an object id counts on Microsoft 365’s own channels alone',
    file: 'bot/teams/access-policy.ts',
    find: "CHANNELS.get(activity.channelId)?.(activity) ?? 'no_identity'",
    replace: 'userFromTeams(activity)',
    test: CHAT_TEST,
    name: 'T8: on a channel',
  },
  {
    threat: 'T10',
    defence: 'what is no code is not looked up for a sign-in window that has closed',
    file: 'bot/chat/code-verification.ts',
    function: 'ChatCodes.#verify',
    without: 'isSecret',
    test: 'test/threats/connector/activities.test.ts',
    name: 'T10: the bot handles the invokes of a chat',
  },
  {
    threat: 'T56',
    defence: 'where others read, nothing that is found is said',
    file: ACTIVITIES,
    find: "if (!isPersonalChat(activity) && ('asker' in identified || isGroupConversation(activity))) {",
    replace: 'if (activity === undefined) {',
    test: CHAT_TEST,
    name: 'T56: where others read',
  },
  {
    threat: 'T56',
    defence: 'a conversation is personal only where it says so',
    file: 'bot/chat/conversation.ts',
    find: "asObject(conversation).conversationType === 'personal'",
    replace: "asObject(conversation).conversationType !== 'x'",
    test: CHAT_TEST,
    name: 'T56: where others read',
  },
  {
    threat: 'T66',
    defence: 'six digits are a code in the conversation that asked alone',
    file: 'bot/sign-in/chat-sign-in.ts',
    find: 'ids.filter((_, at) => prompted[at])',
    replace: 'ids.filter((_, at) => prompted[at] !== undefined)',
    test: 'test/threats/sign-in/token-service.test.ts',
    name: 'T66: the six digits in a chat typed in a chat without a prompt',
  },
  {
    threat: 'T48',
    defence: 'what the bot says is sent to a channel’s own address, which leads out',
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
    defence: 'nobody is signed in by a token in a group chat',
    file: ACTIVITIES,
    find: '|| !supportsTokenExchange(activity)) return FORBIDDEN;',
    replace: ') return FORBIDDEN;',
    test: EXCHANGE_TEST,
    name: 'T56, T68: a group chat',
  },
  {
    threat: 'T56',
    defence: 'what somebody searched for is looked up in the conversation where they did',
    file: 'bot/chat/chat-search.ts',
    function: 'keyOf',
    body: 'return `${userKey(asker)} ${conversationId && 1}`;',
    test: EXCHANGE_TEST,
    name: 'T56: in no other conversation',
  },
];
