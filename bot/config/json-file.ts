import jsonc from 'jsonc-parser';

/** The first place where a text is not JSON, in words, with line and column (both from 1). Quotes no part of the text, which
 * may hold a secret; `JSON.parse` does. @returns undefined where the text is JSON */
export function findJsonError(text: string): string | undefined {
  const errors: jsonc.ParseError[] = [];
  jsonc.parse(text, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  const [error] = errors.toSorted((one, other) => one.offset - other.offset);
  if (!error) return undefined;
  const before = text.slice(0, error.offset).split('\n');
  const place = `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
  return `is not JSON: ${place}: ${WORDS[jsonc.printParseErrorCode(error.error)] ?? 'an unexpected character'}`;
}

const WORDS: Readonly<Record<string, string>> = {
  InvalidSymbol: 'an unexpected word or character',
  InvalidNumberFormat: 'a malformed number',
  PropertyNameExpected: 'a property name in double quotes is missing, or a comma is too many',
  ValueExpected: 'a value is missing, or a comma is too many',
  ColonExpected: 'a colon is missing',
  CommaExpected: 'a comma is missing',
  CloseBraceExpected: 'a closing brace } is missing',
  CloseBracketExpected: 'a closing bracket ] is missing',
  EndOfFileExpected: 'more text after the end',
  InvalidCommentToken: 'JSON has no comments',
  UnexpectedEndOfComment: 'JSON has no comments',
  UnexpectedEndOfString: 'a string does not end on its line',
  UnexpectedEndOfNumber: 'a number does not end',
  InvalidUnicode: 'a malformed \\u escape',
  InvalidEscapeCharacter: 'an unknown escape behind \\',
  InvalidCharacter: 'a character that a string must escape',
};
