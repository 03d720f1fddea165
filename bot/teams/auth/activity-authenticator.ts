import type { IncomingMessage } from 'node:http';
import { LatchkeyError } from '../../platform/latchkey-error.ts';

/** Whose activities are let in. Runs before the SDK sees a byte. */
export interface ActivityAuthenticator {
  /** Looks at a request before its body is read; what it returns then looks at the activity.
   * @param now milliseconds since the epoch @throws {AuthenticationError} as does what it returns */
  verify(request: IncomingMessage, now: number): Promise<AuthorizeActivity>;
}

export type AuthorizeActivity = (activity: Record<string, unknown>) => void;

/** Why a request is not let in. The reason is for the log alone; the status is all that its sender learns. */
export class AuthenticationError extends LatchkeyError {
  override readonly name = 'GateRefusal';
  readonly status: 401 | 403 | 503;

  constructor(status: AuthenticationError['status'], reason: string, options?: { cause?: unknown }) {
    super(reason, options);
    this.status = status;
  }
}
