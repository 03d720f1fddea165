import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import { readBody } from '../body.ts';
import type { LocalAccount, LocalIssuer } from '../issuers.ts';
import { render, send } from '../pages/layout.ts';
import { accountPage, consentPage, errorPage, loginPage, type Page } from '../pages/pages.ts';
import type { Consents } from './consents.ts';
import { decide, grant, type Interaction, scopesOf, signedIn } from './decisions.ts';
import { errors } from './library.ts';

interface Interactions {
  issuer: LocalIssuer;
  provider: Provider;
  consents: Consents;
  coop: boolean;
}

/** `GET` shows a page, `POST` reads the choice. oidc-provider's cookie (SameSite, only for this interaction's path)
 * stops forged forms. */
export async function handleInteraction(
  { issuer, provider, consents, coop }: Interactions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const show = (page: Page, status: number) => send(response, status, render(issuer, page, coop));
  const interaction = await find(provider, request, response);
  if (interaction === undefined) return show(errorPage('session_not_found'), 400);
  if (request.method !== 'POST') return show(pageFor(issuer, interaction, request), 200);

  const allowed = (account: LocalAccount) => grant(provider, consents, interaction, account);
  const decision = await decide(issuer, interaction, new URLSearchParams(await readBody(request)), allowed);
  if ('page' in decision) return show(decision.page, decision.status);
  await provider.interactionFinished(request, response, decision.result);
}

/** The cookie and the path must name one interaction. */
async function find(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Interaction | undefined> {
  try {
    const interaction = await provider.interactionDetails(request, response);
    return urlOf(request).pathname === `/interaction/${interaction.uid}` ? interaction : undefined;
  } catch (error) {
    if (error instanceof errors.SessionNotFound) return undefined;
    throw error;
  }
}

function pageFor(issuer: LocalIssuer, interaction: Interaction, request: IncomingMessage): Page {
  const account = signedIn(issuer, interaction);
  const { prompt, params } = interaction;
  if (account && prompt.name === 'consent') return consentPage(account, scopesOf(interaction));
  if (account && prompt.name === 'select_account') return accountPage(account);
  const username = urlOf(request).searchParams.get('as') ?? params.login_hint;
  return loginPage(issuer, { username: typeof username === 'string' ? username : '' });
}

function urlOf(request: IncomingMessage): URL {
  return new URL(request.url ?? '/', 'http://localhost');
}
