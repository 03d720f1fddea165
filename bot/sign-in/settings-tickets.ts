import type { Visitor } from './connection-sign-in.ts';
import type { Vault } from './credentials/vault.ts';
import { SignInError } from './errors.ts';
import type { ReportSecurityEvent } from './security-events.ts';
import { refuseOtherTeamsUser, type TeamsUser } from './teams-user.ts';
import { acceptTicket, sealTicket } from './ticket.ts';
import { isWebChatUser } from './user.ts';

/** How long an open settings page may be used. Milliseconds. */
export const SETTINGS_TTL = 600_000;

export interface SettingsTicketDependencies {
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
  url({ activity, ...person }: Visitor, now: number): string {
    const { vault, baseUrl, ticketTtl, withActivity } = this.#deps;
    // Who calls from the page comes by no activity; whoever keeps their credentials elsewhere needs this one's.
    const kept = withActivity && activity ? { activity } : {};
    const ticket = { ...person, connectionId: '', ...kept };
    return `${baseUrl}/auth/settings?ticket=${sealTicket(vault, ticket, ticketTtl, new Date(now), 'settings')}`;
  }

  /** Whom a ticket is for, and a secret for this browser, by which it may use the page from now on.
   * @throws {SignInError} */
  open(sealedTicket: string, teamsUser: TeamsUser | undefined, now: number): { person: Visitor; session: string } {
    const { vault, events } = this.#deps;
    const person = acceptTicket(vault, sealedTicket, new Date(now), 'settings');
    // Its link would open for whoever has it, and from Web Chat there is none.
    if (isWebChatUser(person.asker)) throw new SignInError('ticket.invalid');
    refuseOtherTeamsUser(person, teamsUser, events);
    const session = sealTicket(vault, person, SETTINGS_TTL / 1000, new Date(now), 'settings-session');
    return { person, session };
  }

  /** Whose settings this browser has opened. @throws {SignInError} */
  openSession(session: string, teamsUser: TeamsUser | undefined, now: number): Visitor {
    const { vault, events } = this.#deps;
    const person = acceptTicket(vault, session, new Date(now), 'settings-session');
    refuseOtherTeamsUser(person, teamsUser, events);
    return person;
  }
}
