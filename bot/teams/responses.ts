import type { InvokeResponse } from 'botbuilder';
import { JsonBody, type JsonText, list } from './cards/json-writer.ts';

/** @see docs/PROTOCOL.md
 * @param more further members, each after a comma */
export function resultResponse(attachments: readonly JsonText[], more = ''): InvokeResponse {
  const response = `{"type":"result","attachmentLayout":"list","attachments":${list(attachments)}${more}}`;
  return { status: 200, body: new JsonBody(`{"composeExtension":${response}}` as JsonText) };
}

/** Teams opens the URL in a pop-up. */
export function authResponse(...prompts: { url: string; title: string }[]): InvokeResponse {
  const actions = prompts.map(({ url, title }) => ({ type: 'openUrl', value: url, title }));
  return composeExtension({ type: 'auth', suggestedActions: { actions } });
}

/** The Teams client first tries to get a token without a window, and repeats the query with it.
 * @see https://learn.microsoft.com/microsoftteams/platform/messaging-extensions/how-to/enable-sso-auth-me */
export function silentAuthResponse({ url, title }: { url: string; title: string }): InvokeResponse {
  return composeExtension({
    type: 'silentAuth',
    suggestedActions: { actions: [{ type: 'openUrl', value: url, title }] },
  });
}

/** Teams then sends `setting`, not the query again. */
export function configResponse({ url, title }: { url: string; title: string }): InvokeResponse {
  return composeExtension({ type: 'config', suggestedActions: { actions: [{ type: 'openUrl', value: url, title }] } });
}

export function messageResponse(text: string): InvokeResponse {
  return composeExtension({ type: 'message', text });
}

export function taskMessageResponse(text: string): InvokeResponse {
  return { status: 200, body: { task: { type: 'message', value: text } } };
}

export function taskCardResponse(title: string, content: Record<string, unknown>): InvokeResponse {
  const card = { contentType: 'application/vnd.microsoft.card.adaptive', content };
  const value = { title, height: 'medium', width: 'medium', card };
  return { status: 200, body: { task: { type: 'continue', value } } };
}

/** Teams leaves a link unchanged. */
export const EMPTY_RESULT: InvokeResponse = resultResponse([]);

const UNCACHED = `,"suggestedActions":${JSON.stringify({ actions: [{ type: 'setCachePolicy', value: '{"type":"no-cache"}' }] })}`;

/** By default, Teams caches an unfurled link for 30 minutes and shows it to other users.
 * @see https://learn.microsoft.com/microsoftteams/platform/messaging-extensions/how-to/link-unfurling */
export function uncachedResults(attachments: readonly JsonText[]): InvokeResponse {
  return resultResponse(attachments, UNCACHED);
}

export const OK: InvokeResponse = { status: 200 };
/** The token is valid but not sufficient. Teams then opens the sign-in page of the first response. */
export const PRECONDITION_FAILED: InvokeResponse = { status: 412 };
export const NOT_IMPLEMENTED: InvokeResponse = { status: 501 };
export const BAD_REQUEST: InvokeResponse = { status: 400 };
export const FORBIDDEN: InvokeResponse = { status: 403 };

function composeExtension(response: Record<string, unknown>): InvokeResponse {
  return { status: 200, body: { composeExtension: response } };
}
