import { property } from './answers.ts';
import type { Choices } from './choices.ts';

/** A message of teams-js, as it posts it to its host (see `internal/messageObjects` of teams-js 2). */
export interface HostMessage {
  id: number;
  uuidAsString?: string;
  func: string;
  args: unknown[];
}

/** How a sign-in ends. `closed`: the person closed the window, or its page cut it off. */
export type SignInEnd =
  | { kind: 'success'; state: string }
  | { kind: 'failure'; reason: string }
  | { kind: 'closed' }
  | { kind: 'blocked' };

/** The message, if it is one. */
export function readMessage(data: unknown): HostMessage | undefined {
  const [id, uuid, func, args] = ['id', 'uuidAsString', 'func', 'args'].map((name) => property(data, name));
  if (typeof id !== 'number' || typeof func !== 'string') return undefined;
  return { id, func, args: Array.isArray(args) ? args : [], ...(typeof uuid === 'string' && { uuidAsString: uuid }) };
}

/** What the host answers, as the answer's `args`; nothing for calls that want no answer, and for unknown ones. */
export function replyTo(func: string, choices: Choices): unknown[] | undefined {
  switch (func) {
    case 'initialize':
      return ['authentication', 'web', JSON.stringify({ apiVersion: 4, supports: {} }), '2.0.1'];
    case 'getContext':
      return [contextOf(choices)];
    // Not a host for single sign-on: [false, reason] rejects the call over there.
    case 'authentication.getAuthToken':
      return [false, 'resourceDisabled'];
    default:
      return undefined;
  }
}

/** How the window's message ends the sign-in, if it does. */
export function endOf({ func, args }: HostMessage): SignInEnd | undefined {
  const text = typeof args[0] === 'string' ? args[0] : '';
  if (func === 'authentication.authenticate.success') return { kind: 'success', state: text };
  if (func === 'authentication.authenticate.failure') return { kind: 'failure', reason: text };
  return undefined;
}

// The flat form that hosts send; teams-js makes its nested Context of it (app.getContext).
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
