import { createHash } from 'node:crypto';
import { PEOPLE, type Person, TENANTS } from '../people.ts';

/** A person at one issuer. */
export interface LocalAccount {
  /** `sub`: like Entra's, not the object id, and different at each issuer. */
  accountId: string;
  person: Person;
  /** The login name, and `preferred_username`. */
  username: string;
}

/** An issuer of this process. */
export interface LocalIssuer {
  /** The path of the issuer below the origin. */
  path: string;
  /** Shown on its pages. */
  title: string;
  colour: string;
  /** True if its tokens contain Entra's `oid` and `tid`. */
  entra: boolean;
  accounts: readonly LocalAccount[];
}

/** Two tenants like Entra's, and one issuer with other names and no Teams ids. */
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

/** An issuer that knows every person by the first part of the user name. */
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

/** The issuer of a person from elsewhere, for a hint on the login page. */
export function homeIssuer(issuer: LocalIssuer, username: string): LocalIssuer | undefined {
  return ISSUERS.find((each) => each !== issuer && accountByUsername(each, username));
}

/** Claims of ID tokens and access tokens. */
export function claimsOf(issuer: LocalIssuer, { person, username }: LocalAccount): Record<string, string> {
  const message = { name: person.name, preferred_username: username };
  return issuer.entra ? { ...message, oid: person.objectId, tid: person.tenantId, ver: '2.0' } : message;
}
