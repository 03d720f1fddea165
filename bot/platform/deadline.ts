import { LatchkeyError } from './latchkey-error.ts';

/** Teams waits 5 s, including the network. */
const DEADLINE_MS = 4_000;
/** Created once: without a reason, `abort` captures a stack trace. */
const OK = new LatchkeyError('The invoke is answered');

/** Aborts the remaining calls at the end (T78). The work may abort earlier.
 * @param allCallsEnded true for a result after which no call runs. Skips the abort, which costs more than the timer
 * @throws the work's error, or an error at the deadline */
export function withInvokeDeadline<T>(
  work: (stop: AbortController) => Promise<T>,
  allCallsEnded: (result: T) => boolean = () => false,
): Promise<T> {
  const stop = new AbortController();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const late = new LatchkeyError(`No answer within ${DEADLINE_MS} ms`);
      reject(late);
      stop.abort(late);
    }, DEADLINE_MS);
    work(stop).then(
      (result) => {
        clearTimeout(timer);
        resolve(result);
        if (!allCallsEnded(result)) stop.abort(OK);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
        stop.abort(OK);
      },
    );
  });
}

/** Does not abort the work; `late` may.
 * @throws the work's error, or the result of `late` */
export function withTimeout<T>(work: Promise<T>, timeoutMs: number, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), timeoutMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
