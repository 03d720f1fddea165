import { createHash } from 'node:crypto';
import { PEOPLE, type Person, TENANTS } from '../people.ts';

export interface LocalAccount {
  /** `sub`: like at Entra, not the object id, and different at each issuer. */
  accountId: string;
  person: Person;
  /** Also `preferred_username`. */
  username: string;
}

export interface LocalIssuer {
  /** Below the origin. */
  path: string;
  title: string;
  colour: string;
  /** Its tokens contain Entra's `oid` and `tid`. */
  entra: boolean;
  accounts: readonly LocalAccount[];
}

/** Two tenants like Entra's, and one issuer with other user names and no Teams ids. */
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

/** User names are the part before the @. */
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

/** For a hint on the login page of another issuer. */
export function homeIssuer(issuer: LocalIssuer, username: string): LocalIssuer | undefined {
  return ISSUERS.find((each) => each !== issuer && accountByUsername(each, username));
}

export function claimsOf(issuer: LocalIssuer, { person, username }: LocalAccount): Record<string, string> {
  const message = { name: person.name, preferred_username: username };
  return issuer.entra ? { ...message, oid: person.objectId, tid: person.tenantId, ver: '2.0' } : message;
}
