import type { Mutation } from '../mutation.ts';

const API = 'bot/http/direct-line-api.ts';
const LIMITS = 'bot/http/rate-limits.ts';
const DIRECT_LINE_TEST = 'test/threats/chat/direct-line.test.ts';
const CONNECTED_TEST = 'test/threats/sign-in/connected-account.test.ts';

/** Web Chat's token broker, the user of a browser, and tokens that a channel sends. */
export const DIRECT_LINE: readonly Mutation[] = [
  {
    threat: 'T12',
    defence: 'a sign-in of Web Chat begins in the browser that asked',
    file: 'bot/sign-in/sign-in.ts',
    function: 'SignIn.startFromTicket',
    without: 'checkSameBrowser',
    test: DIRECT_LINE_TEST,
    name: 'T12: another person with the link',
  },
  {
    threat: 'T68',
    defence: 'the bot creates a new user for each browser',
    file: 'bot/web-chat/browser-session.ts',
    find: "const bits = randomBytes(16).toString('hex');",
    replace: "const bits = '0123456789abcdef0123456789abcdef';",
    test: DIRECT_LINE_TEST,
    name: 'T68: who a browser is, the server says the same browser',
  },
  {
    threat: 'T68',
    defence: 'the cookie is sealed, so a client cannot write a user into it',
    file: 'bot/web-chat/browser-session.ts',
    find: "return this.#vault.open('ticket', binding, sealed) as unknown[];",
    replace:
      "return sealed.startsWith('dl_') ? [sealed.slice(3).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'), 0, 9e15] : (this.#vault.open('ticket', binding, sealed) as unknown[]);",
    test: DIRECT_LINE_TEST,
    name: 'T68: who a browser is, the server says a cookie',
  },
  {
    threat: 'T68',
    defence: 'on Direct Line only the token’s user is the identity',
    file: 'bot/teams/access-policy.ts',
    find: "  ['directline', userFromDirectLine],",
    replace: "  ['directline', userFromTeams],",
    test: DIRECT_LINE_TEST,
    name: 'T68: who a browser is, the server says whatever user a client claims',
  },
  {
    threat: 'T69',
    defence: 'only pages of exactly these origins get a token',
    file: API,
    find: 'if (origin === undefined || !origins.has(origin)) return false;',
    replace: 'if (origin === undefined) return false;',
    test: DIRECT_LINE_TEST,
    name: 'T69',
  },
  {
    threat: 'T69',
    defence: 'a token works only on the page that requested it',
    file: 'bot/web-chat/direct-line-client.ts',
    find: '{ user: { id: userId }, trustedOrigins }',
    replace: '{ user: { id: userId }, trustedOrigins: [] as string[], trusted: trustedOrigins.length }',
    test: DIRECT_LINE_TEST,
    name: 'T69: origins that may request a token our own',
  },
  {
    threat: 'T46',
    defence: 'the number of tokens for one browser is limited',
    file: LIMITS,
    find: 'if (user) refuse(await limits.consume(bySession, user.objectId));',
    replace: '',
    test: DIRECT_LINE_TEST,
    name: 'T46: how often one browser has',
  },
  {
    threat: 'T46',
    defence: 'without a cookie the number for an address is limited',
    file: LIMITS,
    find: 'refuse(await limits.consume(byAddress, addressOf(request)));',
    replace: 'if (user) refuse(await limits.consume(byAddress, addressOf(request)));',
    test: DIRECT_LINE_TEST,
    name: 'T46: how often one address has',
  },
  {
    threat: 'T69',
    defence: 'requests that another site’s page causes count against no one’s tokens',
    file: API,
    function: 'call',
    without: 'request.origin',
    and: [
      {
        file: API,
        find: '      const { expiresIn, ...issued } = await action(request, response);\n',
        replace:
          "      if (!allowed) await deps.limits.token(request, undefined);\n      if (!allowed) throw new HttpProblem(403, 'request.origin');\n      const { expiresIn, ...issued } = await action(request, response);\n",
      },
    ],
    test: DIRECT_LINE_TEST,
    name: 'T69: requests that another site',
  },
  {
    threat: 'T70',
    defence: 'a token is refreshed for the user that it was for',
    file: 'bot/web-chat/browser-session.ts',
    find: '!isSameUser(owner, user)',
    replace: '!isSameUser(owner, owner)',
    test: DIRECT_LINE_TEST,
    name: 'T70: another browser gets 403',
  },
  {
    threat: 'T70',
    defence: 'a refresh key is one token’s',
    file: 'bot/web-chat/browser-session.ts',
    find: 'tokenHash !== sha256(token)',
    replace: 'typeof tokenHash !== typeof token',
    test: DIRECT_LINE_TEST,
    name: 'T70: another browser gets 403',
  },
  {
    threat: 'T71',
    defence: 'an entity counts only on a channel that is enabled for it',
    file: 'bot/sign-in/token-service/connected-account.ts',
    function: 'ConnectedAccount.trusts',
    body: "return typeof channelId === 'string';",
    test: CONNECTED_TEST,
    name: 'T71: a token that does not on',
  },
  {
    threat: 'T71',
    defence: 'a status is a text',
    file: 'bot/chat/connected-chat.ts',
    find: "if ((status !== '1' && status !== '2') || typeof token !== 'string' || token === '') return undefined;",
    replace: "if (typeof token !== 'string' || token === '') return undefined;",
    and: [
      {
        file: 'bot/chat/connected-chat.ts',
        find: '  return { status, token };',
        replace: "  return { status: '1', token };",
      },
    ],
    test: CONNECTED_TEST,
    name: 'T71: a token that does not a status',
  },
  {
    threat: 'T71',
    defence: 'the token’s audience is checked',
    file: 'bot/sign-in/token-service/connected-account.ts',
    find: '        audience,\n        algorithms',
    replace: '        algorithms',
    test: CONNECTED_TEST,
    name: 'T71: a token that does not for another audience',
  },
  {
    threat: 'T71',
    defence: 'the issuer’s keys verify the token, not keys that it names',
    file: 'bot/sign-in/token-service/connected-account.ts',
    find: 'throw failureOf(cause);',
    replace:
      'if (audience) return { payload: { sub: token.length > 9 ? issuer : audience, exp: 9e9 } };\n      throw failureOf(cause);',
    test: CONNECTED_TEST,
    name: 'T71: a token that does not signature',
  },
];
