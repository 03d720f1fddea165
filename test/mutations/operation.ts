import type { Mutation } from './mutation.ts';

const ERRORS = 'bot/latchkey-error.ts';
const LOG = 'bot/log.ts';
const WORDS_TEST = 'test/threats/foreign-words.test.ts';
const LOG_TEST = 'test/contract/log.test.ts';
const CHANNEL_TEST = 'test/threats/hanging-channel.test.ts';
const IDLE = 'bot/sign-in/idle-browser-links.ts';
const IDLE_TEST = 'test/threats/idle-browser.test.ts';
const CREDENTIALS = 'bot/teams/bot-credentials.ts';

/** What holds while nobody watches: the log, hanging services, two versions, duplicates. */
export const OPERATION: readonly Mutation[] = [
  {
    threat: 'T63',
    defence: 'the link of a browser ends when it is not used',
    file: IDLE,
    find: 'if (link.usedAt >= usedBefore) return;',
    replace: 'return;',
    test: IDLE_TEST,
    name: 'T63: the link of a browser',
  },
  {
    threat: 'T63',
    defence: 'of what is not used, only links of browsers end by themselves',
    file: IDLE,
    find: 'if (isOfBrowser(link.asker)) await',
    replace: 'if (link !== undefined || isOfBrowser(link.asker)) await',
    test: IDLE_TEST,
    name: 'T63: the link of a browser',
  },
  {
    threat: 'T72',
    defence: 'the message of another component’s error is not logged',
    file: ERRORS,
    find: 'const showsMessage = error instanceof LatchkeyError ||',
    replace: 'const showsMessage = error.message !== MARKER ||',
    and: [{ file: ERRORS, find: 'const NAME =', replace: "const MARKER = '';\nconst NAME =" }],
    test: WORDS_TEST,
    name: 'T72: the log holds no words of another service',
  },
  {
    threat: 'T72',
    defence: 'a code is logged only where it has the form of one',
    file: ERRORS,
    find: '(error instanceof LatchkeyError || CODE.test(code))',
    replace: 'code',
    test: LOG_TEST,
    name: 'a provider’s description',
  },
  {
    threat: 'T72',
    defence: 'of a stack, the lines of the message are left out',
    file: LOG,
    find: '.slice(at < 0 ? 0 : at + message.length)',
    replace: '.slice(Math.min(0, at))',
    test: LOG_TEST,
    name: 'a message with lines like a stack',
  },
  {
    threat: 'T72',
    defence: 'who an event concerns is hashed',
    file: LOG,
    find: 'asker: hash(whose.asker.objectId)',
    replace: 'asker: whose.asker.objectId',
    test: 'test/threats/privacy.test.ts',
    name: 'T72: the log',
  },
  {
    threat: 'T72',
    defence: 'the code of a failed sign-in is logged only where it has the form of one',
    file: 'bot/chat/chat-activities.ts',
    find: "typeof code === 'string' && /^[A-Za-z0-9_.-]{1,64}$/.test(code) ? code : 'unknown'",
    replace: 'String(code)',
    test: WORDS_TEST,
    name: 'T72: nobody forges a line',
  },
  {
    threat: 'T96',
    defence: 'a call to a channel that does not answer is aborted',
    file: 'bot/teams/bounded-client.ts',
    find: '          signal,\n',
    replace: '',
    test: CHANNEL_TEST,
    name: 'T96: a channel that takes replies',
  },
  {
    threat: 'T96',
    defence: 'a request to the machine’s identity service has a deadline',
    file: CREDENTIALS,
    find: 'request.timeout = TOKEN_TIMEOUT_MS;',
    replace: '',
    test: CHANNEL_TEST,
    name: 'T96: an identity service',
  },
  {
    threat: 'T96',
    defence: 'a request to Entra for the bot’s own token has a deadline',
    file: CREDENTIALS,
    find: 'system.networkClient = msalNetwork;',
    replace: '',
    test: 'test/contract/bot-credentials.test.ts',
    name: 'T96: with a',
  },
];
