import { createHash } from 'node:crypto';
import { PEOPLE, type Person, TENANTS } from '../people.ts';

/** Somebody as one issuer knows them. */
export interface LocalAccount {
  /** `sub`: as with Entra not the object id, and another one at each issuer. */
  accountId: string;
  person: Person;
  /** What they type to sign in, and `preferred_username`. */
  username: string;
}

/** One issuer that this process plays. */
export interface LocalIssuer {
  /** Where it is mounted; the issuer is the origin and this. */
  path: string;
  /** On its pages. */
  title: string;
  colour: string;
  /** Whether its tokens name people in Teams' terms (`oid`, `tid`), as Entra's do. */
  entra: boolean;
  accounts: readonly LocalAccount[];
}

/** The two tenants in Entra's form, and one that knows the same people by other names and nothing of Teams. */
export const ISSUERS: readonly LocalIssuer[] = [
  tenant(TENANTS.contoso, 'Contoso', '#0f6cbd'),
  tenant(TENANTS.fabrikam, 'Fabrikam', '#0b6a0b'),
  plain('/plain', 'Handbook accounts', '#5c2e91'),
];

function tenant(tenantId: string, title: string, colour: string): LocalIssuer {
  const path = `/${tenantId}/v2.0`;
  const people = PEOPLE.filter((person) => person.tenantId === tenantId);
  const accounts = people.map((person) => account(path, person, person.username));
  return { path, title, colour, entra: true, accounts };
}

/** An issuer that knows everybody by the first part of their user name. */
export function plain(path: string, title: string, colour: string): LocalIssuer {
  const accounts = PEOPLE.map((person) => account(path, person, person.username.split('@')[0] ?? person.username));
  return { path, title, colour, entra: false, accounts };
}

function account(path: string, person: Person, username: string): LocalAccount {
  const accountId = createHash('sha256').update(`${path} ${person.objectId}`).digest('base64url');
  return { accountId, person, username };
}

export function accountByUsername(issuer: LocalIssuer, username: string): LocalAccount | undefined {
  return issuer.accounts.find((each) => each.username === username.trim().toLowerCase());
}

export function accountById(issuer: LocalIssuer, accountId: string): LocalAccount | undefined {
  return issuer.accounts.find((each) => each.accountId === accountId);
}

/** Whose people they are, where it's not this issuer's: so that the login page can say so. */
export function homeIssuer(issuer: LocalIssuer, username: string): LocalIssuer | undefined {
  return ISSUERS.find((each) => each !== issuer && accountByUsername(each, username));
}

/** What an account's tokens say, in ID tokens and access tokens alike. */
export function claimsOf(issuer: LocalIssuer, { person, username }: LocalAccount): Record<string, string> {
  const message = { name: person.name, preferred_username: username };
  return issuer.entra ? { ...message, oid: person.objectId, tid: person.tenantId, ver: '2.0' } : message;
}
