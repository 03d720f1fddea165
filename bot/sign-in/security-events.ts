import { createHmac } from 'node:crypto';
import type { Logger } from 'pino';
import type { Owner } from '../store/store.ts';

/** Everything security-relevant that can happen: a fixed vocabulary, so that an alert can be written against it. */
type SecurityEvent =
  | 'signin.started'
  | 'signin.completed'
  | 'signin.confirmed'
  | 'signin.cancelled'
  | 'signin.identity_mismatch'
  /** The pop-up was opened from the Teams of another person than the asker. */
  | 'signin.other_teams_user'
  /** A confirmed sign-in whose Teams did not say who uses it. */
  | 'signin.teams_user_unknown'
  | 'signin.provider_failed'
  /** The provider does not name the account; the reason says why. */
  | 'signin.account_unnamed'
  /** So many begun by one asker that no more are for a while. */
  | 'signin.limited'
  /** A callback in a browser that did not begin it: the state is live, and none of the cookies is its own. */
  | 'transaction.other_browser'
  /** A token for single sign-on that is not this asker's, or not meant for us. */
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
  /** The link of a browser in Web Chat was not used for 30 days, and was ended. */
  | 'credential.idle'
  | 'credential.revoked'
  | 'credential.revocation_failed'
  /** The provider cannot revoke the tokens; the reason says why. They live to their end. */
  | 'credential.revocation_unsupported'
  /** A provider issued tokens, and the store did not take them. They are revoked at once. */
  | 'credential.not_stored'
  /** A record of the store cannot be read and was set aside; the reason names its kind. */
  | 'record.damaged';

/** Takes an event and whom it concerns. What writes it down leaves out or hashes who that is. */
export type ReportSecurityEvent = (
  event: SecurityEvent,
  subject: EventSubject,
  detail?: { reason?: string; next?: string },
) => void;

/** Whom it concerns, and which connection: of a browser that did not begin anything, no more is known. A damaged record may
 * name neither. */
type EventSubject = Owner | Pick<Owner, 'connectionId'> | { connectionId?: never };

/** Writes security events with the asker hashed under a key: one person's events can be joined, nobody named. */
export function logSecurityEvents(log: Logger, key: Buffer): ReportSecurityEvent {
  const hash = (id: string) => createHmac('sha256', key).update(id).digest('base64url').slice(0, 16);
  return (event, { connectionId, ...subject }, detail) => {
    const person = 'asker' in subject && { tenant: hash(subject.asker.tenantId), asker: hash(subject.asker.objectId) };
    log.info({ event, ...person, connection: connectionId, ...detail });
  };
}
