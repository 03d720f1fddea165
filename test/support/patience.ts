/** The factor by which tests wait longer than on a fast, idle machine. It costs time only when a test fails. */
const WAIT_FACTOR = Number(process.env.TEST_PATIENCE ?? 3);

/** @param ms how long a helper waits for a normally quick event @returns the time on this machine */
export function patient(ms: number): number {
  return ms * WAIT_FACTOR;
}
