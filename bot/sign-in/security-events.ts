import { createHmac } from 'node:crypto';
import type { Logger } from 'pino';
import type { Owner } from '../store/store.ts';

/** A fixed vocabulary, so that alerts can rely on it. docs/SECURITY.md explains each event. */
type SecurityEvent =
  | 'signin.started'
  | 'signin.completed'
  | 'signin.confirmed'
  | 'signin.cancelled'
  | 'signin.identity_mismatch'
  /** Another person's Teams opened the pop-up. */
  | 'signin.other_teams_user'
  /** A confirmed sign-in where Teams did not name its user. */
  | 'signin.teams_user_unknown'
  | 'signin.provider_failed'
  | 'signin.account_unnamed'
  /** The user started too many sign-ins. */
  | 'signin.limited'
  /** A callback in another browser: the state exists, but none of the cookies belongs to it. */
  | 'transaction.other_browser'
  /** A single sign-on token of another user or for another audience. */
  | 'sso.refused'
  | 'code.foreign'
  | 'code.replayed'
  | 'code.wrong'
  | 'code.paused'
  | 'refresh.reused'
  | 'credential.tampered'
  | 'credential.key_missing'
  | 'credential.refreshed'
  | 'credential.unlinked'
  | 'credential.signed_out'
  /** A Web Chat link that was not used for 30 days was ended. */
  | 'credential.idle'
  | 'credential.revoked'
  | 'credential.revocation_failed'
  | 'credential.revocation_unsupported'
  /** The store did not save new tokens. They are revoked at once. */
  | 'credential.not_stored'
  | 'record.damaged';

export type ReportSecurityEvent = (
  event: SecurityEvent,
  subject: EventSubject,
  detail?: { reason?: string; next?: string },
) => void;

/** Absent members are unknown: for a browser without a transaction, or in a damaged record. */
type EventSubject = Owner | Pick<Owner, 'connectionId'> | { connectionId?: never };

/** Logs a keyed hash of the user: events of one person can be joined without a name. */
export function logSecurityEvents(log: Logger, key: Buffer): ReportSecurityEvent {
  const hash = (id: string) => createHmac('sha256', key).update(id).digest('base64url').slice(0, 16);
  return (event, { connectionId, ...subject }, detail) => {
    const person = 'asker' in subject && { tenant: hash(subject.asker.tenantId), asker: hash(subject.asker.objectId) };
    log.info({ event, ...person, connection: connectionId, ...detail });
  };
}
