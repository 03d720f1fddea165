import { LatchkeyError } from './latchkey-error.ts';

/** Teams gives up after 5 s; every answer is out within 4.5 s, with some time for the way there. Milliseconds. */
const DEADLINE = 4_000;
/** Made once: a reason that `abort` makes by itself takes a trace of the stack, for every query. */
const OK = new LatchkeyError('The invoke is answered');

/** Does the work before Teams gives up, and stops what is under way then (T78): also calls that nobody waits for any more,
 * because another one failed. The controller is the work's own, to stop with before. @throws what the work throws, or that it is late */
export function withInvokeDeadline<T>(work: (stop: AbortController) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const late = new LatchkeyError(`No answer within ${DEADLINE} ms`);
      reject(late);
      stop.abort(late);
    }, DEADLINE);
    const done = () => {
      clearTimeout(timer);
      stop.abort(OK);
    };
    work(stop).then(resolve, reject).then(done, done);
  });
}

/** Rejects with `late()` if the work takes longer. Work that can be ended has to be ended there.
 * @throws what the work throws, or what `late` returns */
export function withTimeout<T>(work: Promise<T>, timeoutMs: number, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), timeoutMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
