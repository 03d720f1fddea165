/** How many times longer than usual the tests wait: `TEST_PATIENCE=3 npm test` on a slow or busy machine. */
const WAIT_FACTOR = Number(process.env.TEST_PATIENCE ?? 1);

/** @param ms how long a helper waits for something that should come soon @returns the same on this machine */
export function patient(ms: number): number {
  return ms * WAIT_FACTOR;
}
