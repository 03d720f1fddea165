import type { SignInRequest, SignInUser } from './connection-sign-in.ts';
import type { Vault } from './credentials/vault.ts';
import { SignInError } from './errors.ts';
import type { ReportSecurityEvent } from './security-events.ts';
import { refuseOtherTeamsUser, type TeamsUser } from './teams-user.ts';
import { isWebChatUser, parseUser } from './user.ts';

/** How long an open settings page may be used. Milliseconds. */
export const SETTINGS_TTL = 600_000;

interface SettingsTicketDependencies {
  vault: Vault;
  events: ReportSecurityEvent;
  /** This service's public origin. */
  baseUrl: string;
  /** Seconds. */
  ticketTtl: number;
  /** Credentials of some connection are kept elsewhere, by somebody who wants to see the asker's activity. */
  withActivity: boolean;
}

/** Who may use the settings page: by a ticket first, which is good for one browser's secret, and then by that. */
export class SettingsTickets {
  readonly #deps: SettingsTicketDependencies;

  constructor(deps: SettingsTicketDependencies) {
    this.#deps = deps;
  }

  /** Where an asker finds the page. Writes nothing. */
  url({ activity, ...person }: SignInUser, now: number): string {
    const { vault, baseUrl, ticketTtl, withActivity } = this.#deps;
    // Who calls from the page comes by no activity; whoever keeps their credentials elsewhere needs this one's.
    const kept = withActivity && activity ? { activity } : {};
    const ticket = { ...person, connectionId: '', ...kept };
    return `${baseUrl}/auth/settings?ticket=${sealTicket(vault, ticket, ticketTtl, new Date(now), 'settings')}`;
  }

  /** Whom a ticket is for, and a secret for this browser, by which it may use the page from now on.
   * @throws {SignInError} */
  open(sealedTicket: string, teamsUser: TeamsUser | undefined, now: number): { person: SignInUser; session: string } {
    const { vault, events } = this.#deps;
    const person = acceptTicket(vault, sealedTicket, new Date(now), 'settings');
    // Its link would open for whoever has it, and from Web Chat there is none.
    if (isWebChatUser(person.asker)) throw new SignInError('ticket.invalid');
    refuseOtherTeamsUser(person, teamsUser, events);
    const session = sealTicket(vault, person, SETTINGS_TTL / 1000, new Date(now), 'settings-session');
    return { person, session };
  }

  /** Whose settings this browser has opened. @throws {SignInError} */
  openSession(session: string, teamsUser: TeamsUser | undefined, now: number): SignInUser {
    const { vault, events } = this.#deps;
    const person = acceptTicket(vault, session, new Date(now), 'settings-session');
    refuseOtherTeamsUser(person, teamsUser, events);
    return person;
  }
}

/** A clock may run this far ahead of the one that made a record; beyond it, somebody set a clock back. Milliseconds. */
export const CLOCK_SKEW_MS = 60_000;

/** What a ticket is good for; one for this opens for nothing else. To sign in to its connection; to open the settings page
 * (it names no connection); and to use that page, in the browser that opened it. */
type TicketUse = 'sign-in' | 'settings' | 'settings-session';

const BINDING: Record<TicketUse, string> = {
  'sign-in': 'ticket',
  settings: 'settings',
  'settings-session': 'settings-session',
};
const MAX_TICKET_LENGTH = 2048;

/** Seals a ticket for `ttl` seconds from `now`. */
export function sealTicket(
  vault: Vault,
  ticket: SignInRequest,
  ttl: number,
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
    issued + ttl * 1000,
    // Most tickets have none of these: nothing is sealed in their place.
    ...(chooseAccount || activity || claims ? [chooseAccount === true] : []),
    ...(activity || claims ? [activity ?? null] : []),
    ...(claims ? [claims] : []),
  ]);
}

/** T17, T20: a ticket that we did not seal, or that is too old, begins nothing. @throws {SignInError} */
export function acceptTicket(vault: Vault, sealed: string, now: Date, use: TicketUse = 'sign-in'): SignInRequest {
  const opened = openTicket(vault, sealed, now, use);
  if ('refused' in opened) throw new SignInError(`ticket.${opened.refused}`);
  return opened.ticket;
}

type OpenedTicket = { ticket: SignInRequest } | { refused: 'invalid' | 'expired' };

/** Says `invalid` for every value that we did not seal, byte for byte. */
function openTicket(vault: Vault, sealed: string, now: Date, use: TicketUse): OpenedTicket {
  const fields = sealed.length <= MAX_TICKET_LENGTH ? unseal(vault, sealed, use) : undefined;
  if (!fields) return { refused: 'invalid' };
  const [tenantId, objectId, name, locale, connectionId, issued, expires, choose, activity, claims] = fields;
  const asker = parseUser(tenantId, objectId);
  if (!asker) return { refused: 'invalid' };
  const [at, from, until] = [now.getTime(), Number(issued) - CLOCK_SKEW_MS, Number(expires)];
  // Said this way round, a ticket without times is too old, too.
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
    // Not ours, altered, or of a key that is gone: all the same to whoever brought it.
    return undefined;
  }
}
