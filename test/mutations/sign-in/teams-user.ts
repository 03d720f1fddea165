import type { Mutation } from '../mutation.ts';

const SIGN_IN_FILE = 'bot/sign-in/sign-in.ts';
const TEAMS_USER = 'bot/sign-in/teams-user.ts';
const CODES = 'bot/sign-in/security-codes.ts';
const SETTINGS = 'bot/sign-in/ticket.ts';
const CALLBACK = 'auth-page/callback.ts';
const HTTP_TEST = 'test/threats/sign-in/teams-user.test.ts';
const BROWSER_TEST = 'test/browser/auth-page/teams-user.test.ts';
const CONFIRM_TEST = 'test/browser/auth-page/confirm.test.ts';

/** T91: the Teams user behind the pop-up. */
export const TEAMS_USERS: readonly Mutation[] = [
  {
    threat: 'T91',
    defence: 'another person’s Teams opens no transaction',
    file: SIGN_IN_FILE,
    function: 'SignIn.startFromTicket',
    without: 'refuseOtherTeamsUser',
    test: HTTP_TEST,
    name: 'T91: to the',
  },
  {
    threat: 'T91',
    defence: 'another person’s Teams completes nothing',
    file: SIGN_IN_FILE,
    function: 'SignIn.complete',
    without: 'refuseOtherTeamsUser',
    test: HTTP_TEST,
    name: 'T91: at the',
  },
  {
    threat: 'T91',
    defence: 'another person’s sign-in is refused before the code is exchanged',
    file: SIGN_IN_FILE,
    function: 'SignIn.complete',
    without: 'refuseOtherTeamsUser',
    and: [
      {
        file: SIGN_IN_FILE,
        find: 'const link = sealLink(this.#deps.vault, transaction, signedIn.credential);',
        replace:
          'refuseOtherTeamsUser(consumed, teamsUser, this.#deps.events);\n    const link = sealLink(this.#deps.vault, transaction, signedIn.credential);',
      },
    ],
    test: HTTP_TEST,
    name: 'T91: at the',
  },
  {
    threat: 'T91',
    defence: 'another person’s Teams gets no code at the decision',
    file: CODES,
    function: 'SecurityCodes.connect',
    without: 'refuseOtherTeamsUser',
    test: HTTP_TEST,
    name: 'T91: a Teams that names another person late',
  },
  {
    threat: 'T91',
    defence: 'the parked credential is revoked then',
    file: CODES,
    function: 'SecurityCodes.#refuseOtherTeamsUser',
    without: 'discard',
    test: HTTP_TEST,
    name: 'T91: a Teams that names another person late',
  },
  {
    threat: 'T91',
    defence: 'the tenant counts',
    file: TEAMS_USER,
    find: 'return !user || !isSameUser(user, asker);',
    replace: 'return user?.objectId !== asker.objectId;',
    test: HTTP_TEST,
    name: 'T91: to the',
  },
  {
    threat: 'T91',
    defence: 'ids that are no GUIDs are another person’s',
    file: TEAMS_USER,
    find: 'return !user || !isSameUser(user, asker);',
    replace: 'return user !== undefined && !isSameUser(user, asker);',
    test: HTTP_TEST,
    name: 'T91: any ids that are not the asker’s',
  },
  {
    threat: 'T91',
    defence: 'a malformed member does not count as a missing one',
    file: 'bot/http/json-endpoint.ts',
    find: '.optional(),',
    replace: '.optional().catch(undefined),',
    test: HTTP_TEST,
    name: 'T91: a malformed member',
  },
  {
    threat: 'T91',
    defence: 'the settings page does not open there',
    file: SETTINGS,
    find: "throw new SignInError('ticket.invalid');\n    refuseOtherTeamsUser(person, teamsUser, events);",
    replace: "throw new SignInError('ticket.invalid');",
    test: HTTP_TEST,
    name: 'T91: a settings link',
  },
  {
    threat: 'T91',
    defence: 'a settings page that is open does nothing there',
    file: SETTINGS,
    find: "'settings-session');\n    refuseOtherTeamsUser(person, teamsUser, events);",
    replace: "'settings-session');",
    test: HTTP_TEST,
    name: 'T91: a settings page that is already open',
  },
  {
    threat: 'T91',
    defence: 'the log says that Teams did not name its user',
    file: SIGN_IN_FILE,
    function: 'SignIn.#requestConfirmation',
    without: 'signin.teams_user_unknown',
    test: HTTP_TEST,
    name: 'T91: a Teams that does not name its user',
  },
  {
    threat: 'T91',
    defence: 'the start page waits for Teams to name its user',
    file: 'auth-page/start.ts',
    find: "behind === 'teams' ? await teams.userLate : undefined",
    replace: 'undefined',
    test: BROWSER_TEST,
    name: 'T91: insertHandbook: another person',
  },
  {
    threat: 'T91',
    defence: 'the callback page waits for Teams to name its user',
    file: CALLBACK,
    function: 'complete',
    body: 'return api.complete(response, teams.userByNow());',
    test: BROWSER_TEST,
    name: 'T91: Teams names another person only at the end',
  },
  {
    threat: 'T91',
    defence: 'the page posts a late answer of Teams with the decision',
    file: CALLBACK,
    find: 'api.confirm(decision, confirmation, teams.userByNow())',
    replace: 'api.confirm(decision, confirmation, undefined)',
    test: 'test/browser/auth-page/clock.test.ts',
    name: 'T91: Teams names its user after 3 s',
  },
  {
    threat: 'T91',
    defence: 'the confirm page says more than a display name',
    file: 'auth-page/confirm.ts',
    find: 'notes: notesOn(request, teams.userByNow()?.signInName),',
    replace: '',
    test: CONFIRM_TEST,
    name: 'T91: Teams is',
  },
];
