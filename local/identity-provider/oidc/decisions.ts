import type { InteractionResults, Provider } from 'oidc-provider';
import { PASSWORD } from '../../people.ts';
import { accountById, accountByUsername, homeIssuer, type LocalAccount, type LocalIssuer } from '../issuers.ts';
import { accountPage, consentPage, loginPage, type Page } from '../pages/pages.ts';
import { allow, type Consents } from './consents.ts';

export type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** Returns to oidc-provider, or shows another page. */
type Decision = { result: InteractionResults } | { page: Page; status: number };

/** The chosen button must exist on this interaction's page. */
export async function decide(
  issuer: LocalIssuer,
  interaction: Interaction,
  form: URLSearchParams,
  allowed: (account: LocalAccount) => Promise<string>,
): Promise<Decision> {
  const prompt = interaction.prompt.name;
  const account = signedIn(issuer, interaction);
  const action = form.get('action');
  if (action === 'cancel') return { result: { error: 'access_denied', error_description: 'cancelled' } };
  if (account && prompt === 'consent') {
    return action === 'accept'
      ? { result: { consent: { grantId: await allowed(account) } } }
      : { page: consentPage(account, scopesOf(interaction)), status: 400 };
  }
  if (account && prompt === 'select_account' && action !== 'sign-in') return choose(issuer, account, action);
  return signIn(issuer, prompt, form);
}

function choose(issuer: LocalIssuer, account: LocalAccount, action: string | null): Decision {
  if (action === 'continue') return { result: { select_account: {} } };
  if (action === 'other') return { page: loginPage(issuer, { username: '' }), status: 200 };
  return { page: accountPage(account), status: 400 };
}

function signIn(issuer: LocalIssuer, prompt: string, form: URLSearchParams): Decision {
  const username = form.get('username') ?? '';
  const account = accountByUsername(issuer, username);
  if (account === undefined || form.get('password') !== PASSWORD) {
    return { page: loginPage(issuer, { username, alert: whyNot(issuer, username) }), status: 400 };
  }
  const chosen = prompt === 'select_account' ? { select_account: {} } : {};
  return { result: { ...chosen, login: { accountId: account.accountId } } };
}

function whyNot(issuer: LocalIssuer, username: string): string {
  const home = accountByUsername(issuer, username) ? undefined : homeIssuer(issuer, username);
  if (home === undefined) return 'That user name or password is not right.';
  return `This is the sign-in of ${issuer.title}, and ${username.trim()} is an account of ${home.title}. Use an account of ${issuer.title}, or cancel.`;
}

/** Stores the grant, so that the next sign-in needs no consent. */
export async function grant(
  provider: Provider,
  consents: Consents,
  interaction: Interaction,
  { accountId }: LocalAccount,
): Promise<string> {
  const clientId = String(interaction.params.client_id);
  const grant = new provider.Grant({ accountId, clientId });
  allow(grant, scopesOf(interaction));
  consents.remember(accountId, clientId, scopesOf(interaction));
  return grant.save();
}

export function scopesOf({ params }: Interaction): string[] {
  return String(params.scope ?? '').split(' ');
}

/** This browser's account at this issuer. */
export function signedIn(issuer: LocalIssuer, { session }: Interaction): LocalAccount | undefined {
  return session?.accountId === undefined ? undefined : accountById(issuer, session.accountId);
}
