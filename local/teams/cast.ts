import { PEOPLE, type Person, TENANTS } from '../people.ts';

/** By the key in the page's address: the lower-case first name. */
export const peopleByKey: ReadonlyMap<string, Person> = new Map(
  PEOPLE.map((person) => [person.name.split(' ')[0]?.toLowerCase() ?? '', person]),
);

export function tenantName({ tenantId }: Person): string {
  const [name] = Object.entries(TENANTS).find(([, id]) => id === tenantId) ?? [tenantId];
  return name.charAt(0).toUpperCase() + name.slice(1);
}
