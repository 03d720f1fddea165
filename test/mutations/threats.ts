const LEFT_OUT = [26, 35, 47, 49, 52];

/** The rows that docs/SECURITY.md answers for: T1 to T71, less the numbers that were never given out. */
export const THREATS: readonly string[] = Array.from({ length: 71 }, (_, at) => at + 1)
  .filter((number) => !LEFT_OUT.includes(number))
  .map((number) => `T${number}`);
