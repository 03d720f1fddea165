import { describe, expect, test } from '@jest/globals';
import { serializeError } from '../../../bot/platform/log.ts';
import { ProviderError } from '../../../bot/sign-in/providers/identity-provider.ts';

/** The log must not contain this. */
const MARK = 'mark-of-foreign-words';

describe('T72: the log contains the class and code of another component’s error, not its message', () => {
  const errorOf = (name: string, message: string, more: object = {}) =>
    Object.assign(new Error(message), { name, ...more });
  const syntaxError = () => {
    try {
      return JSON.parse(`{"token":"${MARK}`);
    } catch (error) {
      return error;
    }
  };

  test.each<[string, unknown, object]>([
    [
      'an answer of HTTP',
      errorOf('RestError', MARK, { code: 'BadArgument', statusCode: 400, response: { bodyAsText: MARK } }),
      { name: 'RestError', code: 'BadArgument', status: 400 },
    ],
    [
      'a Redis command with its arguments',
      errorOf('ReplyError', `WRONGTYPE ${MARK}`, { command: { name: 'set', args: [MARK] } }),
      { name: 'ReplyError', code: 'WRONGTYPE' },
    ],
    [
      'a SQLite statement',
      errorOf('SqliteError', MARK, { code: 'SQLITE_BUSY' }),
      { name: 'SqliteError', code: 'SQLITE_BUSY' },
    ],
    ['JSON that is broken', syntaxError(), { name: 'SyntaxError' }],
    ['a value that a schema refuses', errorOf('ZodError', MARK, { issues: [{ message: MARK }] }), { name: 'ZodError' }],
    [
      'a provider’s description',
      errorOf('ResponseBodyError', MARK, { error: 'x', error_description: MARK, code: MARK }),
      { name: 'ResponseBodyError' },
    ],
    ['a name with words', errorOf(`Error: ${MARK}`, MARK), { name: 'Error' }],
    ['a message with lines like a stack', errorOf('Error', `x\n    at words (file:///${MARK}:1:1)`), { name: 'Error' }],
    ['a text instead of an error', MARK, { message: 'string' }],
  ])('%s', (_, error, facts) => {
    const { stack, ...described } = serializeError(error);
    expect(described).toEqual(facts);
    expect(JSON.stringify(stack ?? [])).not.toContain(MARK);
  });

  test('an error of ours keeps its message, and its cause loses its own', () => {
    const described = serializeError(
      new ProviderError('timeout', 'no answer in time', { cause: errorOf('TypeError', MARK) }),
    );
    expect(described).toMatchObject({ message: 'no answer in time', cause: { name: 'TypeError' } });
    expect(JSON.stringify(described)).not.toContain(MARK);
    expect((described.stack as string[])[0]).toMatch(/^at .*log/);
  });
});
