/** Teams gives up after 5 s; every answer is out within 4.5 s, with some time for the way there. Milliseconds. */
const DEADLINE = 4_000;
/** Made once: a reason that `abort` makes by itself takes a trace of the stack, for every query. */
const DONE = new Error('The invoke is answered');

/** Does the work before Teams gives up, and stops what is under way then (T78). @throws what the work throws, or that it is late */
export async function inTime<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${DEADLINE} ms`)), DEADLINE);
  });
  try {
    return await Promise.race([work(controller.signal), late]);
  } finally {
    clearTimeout(timer);
    controller.abort(DONE);
  }
}
