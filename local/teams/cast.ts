import { PEOPLE, type Person, TENANTS } from '../people.ts';

/** Everybody by the key that the page's address uses: the first name, lower case. */
export const peopleByKey: ReadonlyMap<string, Person> = new Map(
  PEOPLE.map((person) => [person.name.split(' ')[0]?.toLowerCase() ?? '', person]),
);

/** The tenant as people call it: `Contoso`. */
export function tenantName({ tenantId }: Person): string {
  const [name] = Object.entries(TENANTS).find(([, id]) => id === tenantId) ?? [tenantId];
  return name.charAt(0).toUpperCase() + name.slice(1);
}
