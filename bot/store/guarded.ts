import { summaryOf } from '../platform/latchkey-error.ts';
import { StoreError } from './store.ts';

/** The same methods, at any depth, whose every failure is a StoreError. @param kind of store, for the message */
export function wrapStoreErrors<T extends object>(kind: string, methods: T): T {
  const entries = Object.entries(methods).map(([name, method]) => [
    name,
    typeof method === 'function'
      ? async (...args: unknown[]) => {
          try {
            return await method(...args);
          } catch (cause) {
            throw new StoreError(`${kind}: ${summaryOf(cause)}`, { cause });
          }
        }
      : wrapStoreErrors(kind, method),
  ]);
  return Object.fromEntries(entries);
}
