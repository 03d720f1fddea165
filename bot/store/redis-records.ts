import type { Asker } from '../sign-in/asker.ts';
import type { Owner } from './store.ts';

/** How records lie in Redis: JSON, the asker's ids beside the rest so that a script can read them. */
type Flat<T extends Owner> = Omit<T, 'asker'> & Asker;

export function flat<T extends Owner>({ asker, ...rest }: T): Flat<T> {
  return { ...rest, ...asker };
}

export function unflat<T extends Owner>(json: string): T {
  const { tenantId, objectId, ...rest } = JSON.parse(json) as Asker & Record<string, unknown>;
  return { ...rest, asker: { tenantId, objectId } } as unknown as T;
}
