import { randomUUID } from 'node:crypto';
import { type Person, TENANTS } from '../../../local/people.ts';

/** This many new people of Contoso. At the handbook they sign in as the person that the test names. */
export function crowd(count: number): Person[] {
  return Array.from({ length: count }, (_, at) => newPerson(`Nobody ${at}`));
}

/** One of those. */
export function newPerson(name = 'Nobody'): Person {
  return {
    objectId: randomUUID(),
    tenantId: TENANTS.contoso,
    name,
    username: 'nobody@contoso.example',
    editor: false,
  };
}

/** Does the work this often, `width` at a time. Returns its outcomes in order. */
export function repeat<R>(count: number, width: number, work: (at: number) => Promise<R>): Promise<R[]> {
  return inParallel([...Array(count).keys()], width, work);
}

/** Handles all of them, `width` at a time. Returns their outcomes in the same order. */
export async function inParallel<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const outcomes: R[] = [];
  const rest = items.entries();
  const worker = async () => {
    for (const [at, item] of rest) outcomes[at] = await work(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
  return outcomes;
}

/** The tenant that the person does not belong to. */
export function otherTenant({ tenantId }: Person): string {
  return tenantId === TENANTS.contoso ? TENANTS.fabrikam : TENANTS.contoso;
}
