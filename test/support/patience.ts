/** How many times longer than on a fast, idle machine the tests wait. Patience costs time only when a test fails. */
const WAIT_FACTOR = Number(process.env.TEST_PATIENCE ?? 3);

/** @param ms how long a helper waits for something that should come soon @returns the same on this machine */
export function patient(ms: number): number {
  return ms * WAIT_FACTOR;
}
