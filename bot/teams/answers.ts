import type { InvokeResponse } from 'botbuilder';
import type { CardAttachment } from './cards.ts';

/** What an invoke is answered with: its HTTP status and body (WIRE.md). */
export function results(attachments: readonly CardAttachment[]): InvokeResponse {
  return composeExtension({ type: 'result', attachmentLayout: 'list', attachments });
}

/** Teams shows the title as a link and opens the URL in a pop-up. */
export function signInPrompt(url: string, title: string): InvokeResponse {
  const actions = [{ type: 'openUrl', value: url, title }];
  return composeExtension({ type: 'auth', suggestedActions: { actions } });
}

export function message(text: string): InvokeResponse {
  return composeExtension({ type: 'message', text });
}

/** What a task module shows in the place of a card. */
export function taskMessage(text: string): InvokeResponse {
  return { status: 200, body: { task: { type: 'message', value: text } } };
}

export const NOT_IMPLEMENTED: InvokeResponse = { status: 501 };
export const BAD_REQUEST: InvokeResponse = { status: 400 };
export const FORBIDDEN: InvokeResponse = { status: 403 };

function composeExtension(answer: Record<string, unknown>): InvokeResponse {
  return { status: 200, body: { composeExtension: answer } };
}
