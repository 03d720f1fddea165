/** fetch's own words for a connection that could not be made, or ended. */
const LOST = new Set(['fetch failed', 'terminated']);

export function isLostConnection(error: unknown): boolean {
  return LOST.has((error as Error).message);
}
