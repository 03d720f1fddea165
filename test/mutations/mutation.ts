/** One change of one file. */
export type Change = { /** From the project's root. */ file: string } & (
  | StatementRemoved
  | BodyReplaced
  | ConstantReplaced
  | TextReplaced
);

/** The statement of a function that has the text `without`: a check, or a call. The innermost of such statements. */
interface StatementRemoved {
  /** `listen`, `Vault.seal`, `Vault.#open`, `readPage.mayRedirectTo`. */
  function: string;
  without: string;
}

/** All that a function does. */
interface BodyReplaced {
  function: string;
  body: string;
}

/** The value of a constant or of a field. */
interface ConstantReplaced {
  constant: string;
  value: string;
}

/** For code without a name. */
interface TextReplaced {
  /** Occurs exactly once, however the formatter breaks its lines. */
  find: string;
  replace: string;
}

/** A defence that is removed, and the test that must fail then. */
export type Mutation = Change & {
  /** The row of the threats that the defence is for. */
  threat: string;
  /** What is true with it, and not without. */
  defence: string;
  /** More changes, if one of several defences alone would be enough. */
  and?: readonly Change[];
  /** From the project's root. */
  test: string;
  /** Which tests of that file, for Jest's `-t`. */
  name: string;
};
