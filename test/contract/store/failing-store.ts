import { type Store, StoreError } from '../../../bot/store/store.ts';

/** A store that fails from one of its calls on, once it is armed. It counts calls by their order, whatever they are,
 * so it also fails new kinds of calls. */
export interface FailingStore extends Store {
  /** Starts to count calls. */
  arm(): void;
  /** Ends every failure. */
  heal(): void;
  /** The calls since then. */
  calls(): readonly string[];
}

export interface Failure {
  /** The first call that fails, counted from 1. */
  at: number;
  /** How many calls fail, from that one on. */
  times: number;
  /** Whether a failing call first does its work, as when a connection ends between execution and answer (T90). */
  works: boolean;
}

export function failingStore(store: Store, failure: Failure | undefined): FailingStore {
  let armed = false;
  const calls: string[] = [];
  const failing =
    (name: string, method: (...args: unknown[]) => Promise<unknown>) =>
    async (...args: unknown[]): Promise<unknown> => {
      if (!armed || !failure) {
        if (armed) calls.push(name);
        return method(...args);
      }
      calls.push(name);
      const fails = calls.length >= failure.at && calls.length < failure.at + failure.times;
      if (!fails) return method(...args);
      if (failure.works) await method(...args);
      throw new StoreError(`The test made ${name} fail`);
    };
  const wrap = (prefix: string, methods: object): object =>
    Object.fromEntries(
      Object.entries(methods).map(([name, value]) => [
        name,
        typeof value === 'function' ? failing(prefix + name, value) : wrap(`${prefix}${name}.`, value),
      ]),
    );
  return {
    ...(wrap('', store) as Store),
    arm: () => {
      armed = true;
    },
    heal: () => {
      armed = false;
    },
    calls: () => calls,
  };
}
