import { PASSWORD } from '../../people.ts';
import type { LocalAccount, LocalIssuer } from '../issuers.ts';
import { Html, html } from './html.ts';

export interface Page {
  title: string;
  body: Html;
}

interface LoginPage {
  username: string;
  alert?: string;
}

/** Fields: `username`, `password`. Buttons: `action=sign-in` or `cancel`. */
export function loginPage(issuer: LocalIssuer, { username, alert }: LoginPage): Page {
  const [first, second] = username ? [undefined, new Html('autofocus')] : [new Html('autofocus'), undefined];
  return {
    title: 'Sign in',
    body: html`<h1>Sign in</h1><p class="soft">to continue to Latchkey</p>
${alert ? html`<p class="alert" role="alert">${alert}</p>` : undefined}
<form method="post">
<label for="username">User name</label>
<input id="username" name="username" value="${username}" autocomplete="username" autocapitalize="none" spellcheck="false" required ${first}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required ${second}>
<div class="buttons"><button class="primary" name="action" value="sign-in">Sign in</button>
<button name="action" value="cancel" formnovalidate>Cancel</button></div>
</form>
<p class="note">A stand-in on this machine. No account is real. The password of every account is <code>${PASSWORD}</code>.
People: ${issuer.accounts.map((each, index) => html`${index ? ', ' : ''}<a href="?as=${each.username}">${each.username}</a>`)}.</p>`,
  };
}

const MEANINGS: Record<string, [string, string]> = {
  openid: ['Know who you are', 'Your sign-in here, without your password'],
  profile: ['See your name', 'Your name and user name'],
  offline_access: ['Keep access while you are away', 'Until you sign out of Latchkey'],
  'wiki.read': ['Read the wiki as you', 'The pages that you may read yourself'],
  READ: ['View what you can view', 'Issues or pages, and your profile'],
};

/** Buttons: `action=accept` or `cancel`. */
export function consentPage(account: LocalAccount, scopes: readonly string[]): Page {
  const items = scopes.map((scope) => {
    const [subject, detail] = MEANINGS[scope] ?? [scope, ''];
    return html`<li><strong>${subject}</strong><span class="soft">${detail}</span></li>`;
  });
  return {
    title: 'Permissions requested',
    body: html`<p class="account">${account.person.name} (${account.username})</p>
<h1>Permissions requested</h1><p class="soft">Latchkey would like to:</p>
<ul>${items}</ul>
<form method="post"><div class="buttons"><button class="primary" name="action" value="accept" autofocus>Accept</button>
<button name="action" value="cancel">Cancel</button></div></form>`,
  };
}

/** Buttons: `action=continue`, `other` or `cancel`. */
export function accountPage(account: LocalAccount): Page {
  return {
    title: 'Pick an account',
    body: html`<h1>Pick an account</h1><p class="soft">to continue to Latchkey</p>
<form method="post"><p class="account">${account.person.name} (${account.username})</p>
<div class="buttons stacked"><button class="primary" name="action" value="continue" autofocus>Continue</button>
<button name="action" value="other">Use another account</button>
<button name="action" value="cancel">Cancel</button></div></form>`,
  };
}

/** For errors that cannot redirect to the client. @param error OAuth's code */
export function errorPage(error: string): Page {
  return {
    title: 'Sign-in can’t go on',
    body: html`<h1>Sign-in can’t go on</h1>
<p>This sign-in has expired, was already used, or was asked for in a wrong way. Close this window and start again from Teams.</p>
<p class="note">Code: <code>${error}</code></p>`,
  };
}
