import type { Choices } from '../choices/choices.ts';
import { property } from '../requests/answers.ts';

/** From teams-js to its host (`internal/messageObjects` of teams-js 2). */
export interface HostMessage {
  id: number;
  uuidAsString?: string;
  func: string;
  args: unknown[];
}

/** `closed`: the user closed the window, or its page lost the opener. */
export type SignInEnd =
  | { kind: 'success'; state: string }
  | { kind: 'failure'; reason: string }
  | { kind: 'closed' }
  | { kind: 'blocked' };

export function readMessage(data: unknown): HostMessage | undefined {
  const [id, uuid, func, args] = ['id', 'uuidAsString', 'func', 'args'].map((name) => property(data, name));
  if (typeof id !== 'number' || typeof func !== 'string') return undefined;
  return { id, func, args: Array.isArray(args) ? args : [], ...(typeof uuid === 'string' && { uuidAsString: uuid }) };
}

/** The response's `args`; `undefined` for calls without a response. */
export function replyTo(func: string, choices: Choices): unknown[] | undefined {
  switch (func) {
    case 'initialize':
      return ['authentication', 'web', JSON.stringify({ apiVersion: 4, supports: {} }), '2.0.1'];
    case 'getContext':
      return [contextOf(choices)];
    // No single sign-on: [false, reason] rejects the call.
    case 'authentication.getAuthToken':
      return [false, 'resourceDisabled'];
    default:
      return undefined;
  }
}

/** `undefined` for a message that does not end the sign-in. */
export function endOf({ func, args }: HostMessage): SignInEnd | undefined {
  const text = typeof args[0] === 'string' ? args[0] : '';
  if (func === 'authentication.authenticate.success') return { kind: 'success', state: text };
  if (func === 'authentication.authenticate.failure') return { kind: 'failure', reason: text };
  return undefined;
}

// Hosts send this flat form. teams-js converts it to its nested Context.
function contextOf({ person, theme, locale }: Choices): Record<string, unknown> {
  return {
    locale,
    theme,
    userObjectId: person.objectId,
    userDisplayName: person.name,
    userPrincipalName: person.username,
    loginHint: person.username,
    tid: person.tenantId,
    entityId: '',
    frameContext: 'authentication',
    hostName: 'Teams',
    hostClientType: 'web',
  };
}
