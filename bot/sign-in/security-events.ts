import { createHmac } from 'node:crypto';
import type { Logger } from 'pino';
import type { Owner } from '../store/store.ts';

/** Stable, because alerts rely on it. docs/SECURITY.md explains each event. */
type SecurityEvent =
  | 'signin.started'
  | 'signin.completed'
  | 'signin.confirmed'
  | 'signin.cancelled'
  | 'signin.identity_mismatch'
  | 'signin.other_teams_user'
  | 'signin.teams_user_unknown'
  | 'signin.provider_failed'
  | 'signin.account_unnamed'
  | 'signin.limited'
  | 'transaction.other_browser'
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
  | 'credential.idle'
  | 'credential.revoked'
  | 'credential.revocation_failed'
  | 'credential.revocation_unsupported'
  | 'credential.not_stored'
  | 'record.damaged';

export type ReportSecurityEvent = (
  event: SecurityEvent,
  subject: EventSubject,
  detail?: { reason?: string; next?: string },
) => void;

/** Members are absent for a browser without a transaction and in a damaged record. */
type EventSubject = Owner | Pick<Owner, 'connectionId'> | { connectionId?: never };

/** Logs a keyed hash of the user, so that you can join one person's events without a name. */
export function logSecurityEvents(log: Logger, key: Buffer): ReportSecurityEvent {
  const hash = (id: string) => createHmac('sha256', key).update(id).digest('base64url').slice(0, 16);
  return (event, { connectionId, ...subject }, detail) => {
    const person = 'asker' in subject && { tenant: hash(subject.asker.tenantId), asker: hash(subject.asker.objectId) };
    log.info({ event, ...person, connection: connectionId, ...detail });
  };
}
