/** Teams gives up after 5 s; every answer is out within 4.5 s, with some time for the way there. Milliseconds. */
const DEADLINE = 4_000;

/** Does the work before Teams gives up. What is still under way then is stopped (T78): the controller is the work's own to
 * stop with before that. @throws what the work throws, or that it is late */
export function inTime<T>(work: (stop: AbortController) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const late = new Error(`No answer within ${DEADLINE} ms`);
      reject(late);
      stop.abort(late);
    }, DEADLINE);
    const done = () => clearTimeout(timer);
    work(stop).then(resolve, reject).then(done, done);
  });
}
