import type { ReportSecurityEvent } from './audit/security-events.ts';
import type { SignInRequest, SignInUser } from './connection-sign-in.ts';
import type { Vault } from './credentials/vault.ts';
import { SignInError } from './errors.ts';
import { refuseOtherTeamsUser, type TeamsUser } from './teams-user.ts';
import { isWebChatUser, parseUser } from './user.ts';

/** An open settings page works for this time. */
export const SETTINGS_TTL_MS = 600_000;

interface SettingsTicketDependencies {
  vault: Vault;
  events: ReportSecurityEvent;
  baseUrl: string;
  ticketTtlSeconds: number;
  /** A connection uses the token service, which needs the user's activity. */
  withActivity: boolean;
}

/** A ticket opens the settings page. Then a session secret in the browser's cookie gives access. */
export class SettingsTickets {
  readonly #deps: SettingsTicketDependencies;

  constructor(deps: SettingsTicketDependencies) {
    this.#deps = deps;
  }

  url({ activity, ...person }: SignInUser, now: number): string {
    const { vault, baseUrl, ticketTtlSeconds, withActivity } = this.#deps;
    // The token service needs an activity, and a call of the page has none.
    const kept = withActivity && activity ? { activity } : {};
    const ticket = { ...person, connectionId: '', ...kept };
    return `${baseUrl}/auth/settings?ticket=${sealTicket(vault, ticket, ticketTtlSeconds, new Date(now), 'settings')}`;
  }

  /** @throws {SignInError} */
  open(sealedTicket: string, teamsUser: TeamsUser | undefined, now: number): { person: SignInUser; session: string } {
    const { vault, events } = this.#deps;
    const person = acceptTicket(vault, sealedTicket, new Date(now), 'settings');
    // A Web Chat user gets no such link: it would work for every person who has it.
    if (isWebChatUser(person.asker)) throw new SignInError('ticket.invalid');
    refuseOtherTeamsUser(person, teamsUser, events);
    const session = sealTicket(vault, person, SETTINGS_TTL_MS / 1000, new Date(now), 'settings-session');
    return { person, session };
  }

  openSession(session: string, teamsUser: TeamsUser | undefined, now: number): SignInUser {
    const { vault, events } = this.#deps;
    const person = acceptTicket(vault, session, new Date(now), 'settings-session');
    refuseOtherTeamsUser(person, teamsUser, events);
    return person;
  }
}

/** How far this clock may run behind the clock that wrote the ticket. */
export const CLOCK_SKEW_MS = 60_000;

/** A ticket works only for its use. `settings` names no connection. `settings-session` belongs to the browser that
 * opened the page. */
type TicketUse = 'sign-in' | 'settings' | 'settings-session';

const BINDING: Record<TicketUse, string> = {
  'sign-in': 'ticket',
  settings: 'settings',
  'settings-session': 'settings-session',
};
const MAX_TICKET_LENGTH = 2048;

export function sealTicket(
  vault: Vault,
  ticket: SignInRequest,
  ttlSeconds: number,
  now: Date,
  use: TicketUse = 'sign-in',
): string {
  const { asker, name, locale, connectionId, chooseAccount, activity, claims } = ticket;
  const issued = now.getTime();
  return vault.seal('ticket', BINDING[use], [
    asker.tenantId,
    asker.objectId,
    name.slice(0, 100),
    locale.slice(0, 35),
    connectionId,
    issued,
    issued + ttlSeconds * 1000,
    // Most tickets have none of these, so they stay short.
    ...(chooseAccount || activity || claims ? [chooseAccount === true] : []),
    ...(activity || claims ? [activity ?? null] : []),
    ...(claims ? [claims] : []),
  ]);
}

/** T17, T20: rejects a ticket that the bot did not seal or that has expired. @throws {SignInError} */
export function acceptTicket(vault: Vault, sealed: string, now: Date, use: TicketUse = 'sign-in'): SignInRequest {
  const opened = openTicket(vault, sealed, now, use);
  if ('refused' in opened) throw new SignInError(`ticket.${opened.refused}`);
  return opened.ticket;
}

type OpenedTicket = { ticket: SignInRequest } | { refused: 'invalid' | 'expired' };

function openTicket(vault: Vault, sealed: string, now: Date, use: TicketUse): OpenedTicket {
  const fields = sealed.length <= MAX_TICKET_LENGTH ? unseal(vault, sealed, use) : undefined;
  if (!fields) return { refused: 'invalid' };
  const [tenantId, objectId, name, locale, connectionId, issued, expires, choose, activity, claims] = fields;
  const asker = parseUser(tenantId, objectId);
  if (!asker) return { refused: 'invalid' };
  const [at, from, until] = [now.getTime(), Number(issued) - CLOCK_SKEW_MS, Number(expires)];
  // Written this way, NaN counts as expired.
  if (!(at >= from && at < until)) return { refused: 'expired' };
  const strings = { name: String(name), locale: String(locale), connectionId: String(connectionId) };
  const more = {
    ...(activity ? { activity: activity as Record<string, unknown> } : {}),
    ...(typeof claims === 'string' && { claims }),
  };
  return { ticket: { asker, ...strings, chooseAccount: choose === true, ...more } };
}

function unseal(vault: Vault, sealed: string, use: TicketUse): unknown[] | undefined {
  try {
    return vault.open('ticket', BINDING[use], sealed) as unknown[];
  } catch {
    // Forged, or sealed with a removed key.
    return undefined;
  }
}
