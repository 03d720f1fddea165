import { setTimeout as wait } from 'node:timers/promises';
import { LineFile, type LineSink, LineStream } from '../../platform/line-file.ts';
import type { HashedPerson } from './person-hash.ts';
import type { SecurityEvent, SecurityEventEntry } from './security-events.ts';

/** Sign-ins, sign-outs and refusals. docs/SECURITY.md lists the fields of each. */
const AUDITED_EVENTS = [
  'signin.completed',
  'signin.cancelled',
  'signin.identity_mismatch',
  'signin.other_teams_user',
  'transaction.other_browser',
  'sso.refused',
  'code.foreign',
  'code.paused',
  'credential.signed_out',
  'credential.unlinked',
  'credential.idle',
] as const satisfies readonly SecurityEvent[];

type AuditEvent = (typeof AUDITED_EVENTS)[number] | 'data.purged' | 'keys.rotated' | 'audit.started';

/** No names, no tokens. Persons are keyed hashes, as in the log. */
interface AuditRecord extends Partial<HashedPerson> {
  event: AuditEvent;
  connection?: string | undefined;
  reason?: string;
  /** Of the request, if it is traced: the log's lines have the same. */
  trace_id?: string;
  /** Links that a purge ended. */
  credentials?: number;
  /** Name of an encryption key. */
  key?: string;
  resealed?: number;
  unreadable?: number;
}

export class AuditLog {
  readonly #sink: LineSink;

  constructor(sink: LineSink) {
    this.#sink = sink;
  }

  write(record: AuditRecord): void {
    this.#sink.write(lineOf(record));
  }

  /** Writes only the audited events. */
  writeSecurityEvent({ event, ...entry }: SecurityEventEntry, traceId?: string): void {
    if (isAudited(event)) this.write({ event, ...entry, ...(traceId !== undefined && { trace_id: traceId }) });
  }

  /** @param within milliseconds: a disk that hangs must not stop the end of the process */
  async close(within = 3_000): Promise<void> {
    await Promise.race([this.#sink.close(), wait(within, undefined, { ref: false })]);
  }
}

function isAudited(event: SecurityEvent): event is (typeof AUDITED_EVENTS)[number] {
  return (AUDITED_EVENTS as readonly string[]).includes(event);
}

function lineOf(record: AuditRecord): string {
  return JSON.stringify({ audit: true, time: new Date().toISOString(), ...record });
}

/** @param target a path, or `stdout`
 * @param failed is called for each line that is lost
 * @throws {LatchkeyError} if a first line cannot be written */
export async function openServiceAudit(target: string, failed: (error: unknown) => void): Promise<AuditLog> {
  if (target === 'stdout') {
    // A closed pipe must not end the process.
    process.stdout.on('error', failed);
    const audit = new AuditLog(new LineStream(process.stdout));
    audit.write({ event: 'audit.started' });
    return audit;
  }
  const file = await LineFile.open(target, failed);
  await file.writeFirst(lineOf({ event: 'audit.started' }));
  return new AuditLog(file);
}

/** For a command, whose report is on the standard output.
 * @throws {LatchkeyError} if the file cannot be opened */
export async function openCommandAudit(target: string, failed: (error: unknown) => void): Promise<AuditLog> {
  if (target === 'stdout') return new AuditLog(new LineStream(process.stderr));
  return new AuditLog(await LineFile.open(target, failed));
}
