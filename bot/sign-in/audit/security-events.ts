import type { Owner } from '../../store/store.ts';
import type { HashedPerson, PersonHash } from './person-hash.ts';

/** Stable, because alerts rely on it. docs/SECURITY.md explains each event. */
export type SecurityEvent =
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

export interface SecurityEventEntry extends Partial<HashedPerson> {
  event: SecurityEvent;
  connection: string | undefined;
  reason?: string;
  next?: string;
}

/** Passes a keyed hash of the user on, so that you can join one person's events without a name. */
export function hashingEvents(hash: PersonHash, write: (entry: SecurityEventEntry) => void): ReportSecurityEvent {
  return (event, { connectionId, ...subject }, detail) => {
    const person = 'asker' in subject && hash.person(subject.asker);
    write({ event, ...person, connection: connectionId, ...detail });
  };
}
