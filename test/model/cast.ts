import { ADA, GRACE, LINUS, PEOPLE, type Person, TENANTS } from '../../local/people.ts';
import { otherTenant } from '../support/network/crowd.ts';

const PEOPLE_OF_TEAMS = [ADA, GRACE, LINUS];

/** Three people in each of two tenants: the three with accounts, and for each a person in the other tenant with the
 * same object id, who cannot prove anything. */
export const ASKERS: readonly Person[] = [
  ...PEOPLE_OF_TEAMS,
  ...PEOPLE_OF_TEAMS.map((person) => ({ ...person, tenantId: otherTenant(person) })),
];

/** The person with the same object id in the other tenant. */
export function twinOf(asker: number): number {
  return (asker + PEOPLE_OF_TEAMS.length) % ASKERS.length;
}

/** One whose sign-in is proven, and one where it is confirmed. */
export const CONNECTIONS = ['wiki', 'handbook'] as const;
export type ConnectionId = (typeof CONNECTIONS)[number];

/** Each asker has their own words, so a call to the wiki shows whose search made it, also in parallel. Each word has
 * a public result. */
const WORDS = [
  ['lakers', 'celtics', 'knicks'],
  ['raptors', 'warriors', 'spurs'],
  ['germany', 'france', 'norway'],
  ['japan', 'brazil', 'canada'],
  ['italy', 'spain', 'poland'],
  ['kenya', 'chile', 'india'],
];

/** Which of an asker's words: two for parallel searches, and one for searches without an answer. */
export type Slot = 0 | 1 | 2;
export const CUT_OFF: Slot = 2;

export function wordOf(asker: number, slot: Slot): string {
  return String(WORDS[asker]?.[slot]);
}

/** The people who can sign in for an asker: those of the tenant, or all where there are no tenants. */
export function accountsFor(asker: number, connection: ConnectionId): readonly Person[] {
  return connection === 'handbook' ? PEOPLE : PEOPLE.filter(({ tenantId }) => tenantId === ASKERS[asker]?.tenantId);
}

export function isAsker(asker: number, { objectId, tenantId }: Person): boolean {
  return ASKERS[asker]?.objectId === objectId && ASKERS[asker]?.tenantId === tenantId;
}

export function nameOf(asker: number): string {
  const person = ASKERS[asker];
  const tenant = Object.entries(TENANTS).find(([, id]) => id === person?.tenantId)?.[0];
  return `${person?.name.split(' ')[0]}@${tenant}`;
}
