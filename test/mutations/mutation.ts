/** One text in one file, taken for another. */
interface Change {
  /** From the project's root. */
  file: string;
  /** Occurs exactly once. */
  find: string;
  replace: string;
}

/** A defence taken away, and the test that must notice. Where a defence is doubled, both go (`and`): either one alone
 * would hold. */
export interface Mutation extends Change {
  /** The row of the threats that the defence is for. */
  threat: string;
  /** What holds with it, and not without. */
  defence: string;
  and?: readonly Change[];
  /** From the project's root. */
  test: string;
  /** Which tests of that file, for Jest's `-t`. */
  name: string;
}
