import type { address as Address } from './address.ts';
import * as api from './api.ts';
import { applyTeamsContext } from './apply-teams-context.ts';
import { type AuthorizationResponse, readResponse } from './authorization-response.ts';
import { askToConfirm } from './confirm.ts';
import { showCancelled, showError, toFailure } from './error-screen.ts';
import { notifyChat } from './opener/chat-channel.ts';
import { isOpenedByChat } from './opener/from-chat.ts';
import { findTeams, type TeamsWindow } from './opener/teams.ts';
import { closeButton, closeWindow, goToProvider } from './opener/window.ts';
import { useAnotherAccount } from './start.ts';
import { show, speakOfChat } from './view/view.ts';

/** After this time, the page asks the user to close the window. */
const MAX_WAIT_MS = 2_000;

/** `GET /auth/callback/<connection id>` */
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

/** The server needs Teams' user before the code exchange. */
async function complete(teams: TeamsWindow, response: AuthorizationResponse): Promise<api.Completion> {
  return api.complete(response, await teams.user);
}

async function finishSignIn(teams: TeamsWindow, completing: Promise<api.Completion>): Promise<void> {
  try {
    await showNextStep(teams, await completing);
  } catch (error) {
    const failure = toFailure(error);
    const { code, again } = failure;
    const useAnother = again === undefined ? undefined : () => void useAnotherAccount(again, teams);
    if (code === 'signin.cancelled') showCancelled(teams);
    else showError(teams, { ...failure, useAnother });
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

async function insteadOf(teams: TeamsWindow, confirmation: string, ticket: string): Promise<void> {
  try {
    await api.confirm('cancel', confirmation, teams.userByNow());
  } catch (error) {
    return void showError(teams, toFailure(error));
  }
  await useAnotherAccount(ticket, teams);
}

/** Only teams-js receives the security code. It never reaches the page, the console, a URL or storage. */
async function notifyTeams(teams: TeamsWindow, { securityCode, proven, inBrowser }: Done): Promise<void> {
  if (inBrowser) return backToChat();
  show({ name: 'done', tone: 'done' });
  await teams.found;
  const told = teams.succeed(securityCode);
  if (told) await after(MAX_WAIT_MS);
  showInstructions(told, proven);
  // On a slow phone, Teams may answer late.
  if (told || !(await teams.foundLate)) return;
  show({ name: 'done', tone: 'done' });
  const toldLate = teams.succeed(securityCode);
  if (toldLate) await after(MAX_WAIT_MS);
  showInstructions(toldLate, proven);
}

/** The chat in this browser already has the link, so it only needs a signal. */
function backToChat(): void {
  notifyChat('signed-in');
  show({ name: 'doneInChat', tone: 'done', actions: closeButton(closeWindow) });
  if (window.opener !== null) closeWindow();
}

type Done = Extract<api.Completion, { next: 'done' }>;

/** A proven sign-in is already linked, so the next search works. */
function showInstructions(told: boolean, proven: boolean): void {
  const actions = closeButton(closeWindow);
  if (proven) show({ name: 'doneSearchAgain', tone: 'done', actions });
  else if (told) show({ name: 'doneStillOpen', tone: 'done', actions });
  else show({ name: 'doneUntold', tone: 'stopped', actions });
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
