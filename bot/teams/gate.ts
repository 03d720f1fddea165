import type { IncomingMessage } from 'node:http';
import { LatchkeyError } from '../latchkey-error.ts';

/** Whose activities are let in. Runs before the SDK sees a byte. */
export interface Gate {
  /** Looks at a request before its body is read; what it returns then looks at the activity.
   * @param now milliseconds since the epoch @throws {GateRefusal} as does what it returns */
  verify(request: IncomingMessage, now: number): Promise<Admit>;
}

export type Admit = (activity: Record<string, unknown>) => void;

/** Why a request is not let in. The reason is for the log alone; the status is all that its sender learns. */
export class GateRefusal extends LatchkeyError {
  override readonly name = 'GateRefusal';
  readonly status: 401 | 403 | 503;

  constructor(status: GateRefusal['status'], reason: string, options?: { cause?: unknown }) {
    super(reason, options);
    this.status = status;
  }
}
