import type { address as Address } from './address.ts';
import * as api from './api.ts';
import { type AuthorizationResponse, readResponse } from './authorization-response.ts';
import { askToConfirm } from './confirm.ts';
import { showCancelled, showError, toErrorCode } from './ends.ts';
import { applyTeamsContext } from './follow.ts';
import { isOpenedByChat } from './from-chat.ts';
import { closeButton, closeWindow, goToProvider } from './leaving.ts';
import { notifyChat } from './signed-in.ts';
import { useAnotherAccount } from './start.ts';
import { findTeams, type TeamsWindow } from './teams.ts';
import { show, speakOfChat } from './view.ts';

/** How long Teams may take to close the window, in milliseconds, until the page says what to do. */
const MAX_WAIT_MS = 2_000;

/** `GET /auth/callback/<connection id>`: posts what the identity provider answered, and tells Teams how it ended. */
export async function callback({ connection, query }: typeof Address): Promise<void> {
  if (isOpenedByChat()) speakOfChat();
  const teams = findTeams(applyTeamsContext);
  const response = readResponse(connection, query);
  if (response === 'none') showError(teams, { code: 'page.reloaded' });
  else if (response === 'malformed') showError(teams, { code: 'request.malformed' });
  else {
    show({ name: 'signingIn', tone: 'busy' });
    await finishSignIn(teams, complete(teams, response));
  }
}

/** The server has to know whose Teams this is before it exchanges the code. */
async function complete(teams: TeamsWindow, response: AuthorizationResponse): Promise<api.Completion> {
  return api.complete(response, await teams.user);
}

async function finishSignIn(teams: TeamsWindow, completing: Promise<api.Completion>): Promise<void> {
  try {
    await showNextStep(teams, await completing);
  } catch (error) {
    const ended = toErrorCode(error);
    const { code, again } = ended;
    const useAnother = again === undefined ? undefined : () => void useAnotherAccount(again, teams);
    if (code === 'signin.cancelled') showCancelled(teams);
    else showError(teams, { ...ended, useAnother });
  }
}

async function showNextStep(teams: TeamsWindow, completion: api.Completion): Promise<void> {
  if (completion.next === 'done') await notifyTeams(teams, completion);
  else if (completion.next === 'continue') goToProvider(completion.authorizationUrl);
  else if (completion.next === 'cancelled') showCancelled(teams);
  else
    askToConfirm(
      teams,
      completion,
      (decision, confirmation) => finishSignIn(teams, api.confirm(decision, confirmation, teams.userByNow())),
      (ticket, confirmation) => insteadOf(teams, confirmation, ticket),
    );
}

/** Discards the account that is in question, and signs in with another one. */
async function insteadOf(teams: TeamsWindow, confirmation: string, ticket: string): Promise<void> {
  try {
    await api.confirm('cancel', confirmation, teams.userByNow());
  } catch (error) {
    return void showError(teams, toErrorCode(error));
  }
  await useAnotherAccount(ticket, teams);
}

/** The security code goes to Teams through teams-js, and nowhere else: not into the page, the console, a URL, storage. */
async function notifyTeams(teams: TeamsWindow, { securityCode, proven, inBrowser }: Done): Promise<void> {
  if (inBrowser) return backToChat();
  show({ name: 'done', tone: 'done' });
  await teams.found;
  const told = teams.succeed(securityCode);
  if (told) await after(MAX_WAIT_MS);
  showInstructions(told, proven);
  // Teams on a slow phone may answer only now.
  if (told || !(await teams.foundLate)) return;
  show({ name: 'done', tone: 'done' });
  const toldLate = teams.succeed(securityCode);
  if (toldLate) await after(MAX_WAIT_MS);
  showInstructions(toldLate, proven);
}

/** The chat is in this browser, and was told by the link itself: it only has to look. */
function backToChat(): void {
  notifyChat('signed-in');
  show({ name: 'doneInChat', tone: 'done', actions: closeButton(closeWindow) });
  if (window.opener !== null) closeWindow();
}

type Done = Extract<api.Completion, { next: 'done' }>;

/** The window is still here. Where the sign-in is proven the link exists already: the next search just works. */
function showInstructions(told: boolean, proven: boolean): void {
  const actions = closeButton(closeWindow);
  if (proven) show({ name: 'doneSearchAgain', tone: 'done', actions });
  else if (told) show({ name: 'doneStillOpen', tone: 'done', actions });
  else show({ name: 'doneUntold', tone: 'stopped', actions });
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
