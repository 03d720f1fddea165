export interface Report {
  measures: { name: string; value: number; limit: string; exceeded: boolean }[];
  /** Each begins with its place, as `file:line`, where it has one. */
  faults: string[];
  /** Allowed sentences that no file contains. */
  unused: string[];
}

export function lintProse(
  files: readonly { path: string; text: string }[],
  allowed?: readonly { text: string; reason: string }[],
): Report;
