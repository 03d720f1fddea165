interface Selection {
  name: string;
  arguments: Record<string, string | number | boolean>;
  selections: Selection[];
}

const TOKEN =
  /[\s,\ufeff]+|#[^\n\r]*|("""(?:\\"""|(?!""")[\s\S])*""")|("(?:[^"\\\n\r\u0000-\u0008\u000b\u000c\u000e-\u001f]|\\["\\/bfnrt]|\\u[\da-f]{4})*")|([_a-z]\w*|-?\d+(?:\.\d+)?|[{}():$!=])|([\s\S])/giu;

/** An operation with strings, numbers and words as arguments. @throws {Error} for a text that is not an operation */
export function parseGraphql(text: string): Selection[] {
  const left = [...text.matchAll(TOKEN)].flatMap(([, block, string, other, unknown]) => {
    if (unknown !== undefined) throw new Error(`Unexpected ${JSON.stringify(unknown)}`);
    return [block, string, other].filter((token) => token !== undefined);
  });
  const next = () => left[0];
  const expect = (wanted: string) => {
    const token = left.shift();
    if (token !== wanted) throw new Error(`Expected ${wanted}, found ${token}`);
  };
  const name = () => {
    const token = left.shift() ?? '';
    if (!/^[_a-z]/i.test(token)) throw new Error(`No name: ${token}`);
    return token;
  };
  function selections(): Selection[] {
    expect('{');
    const found: Selection[] = [];
    while (next() !== '}')
      found.push({ name: name(), arguments: inParentheses(), selections: next() === '{' ? selections() : [] });
    expect('}');
    return found;
  }
  function inParentheses(): Selection['arguments'] {
    const found: Selection['arguments'] = {};
    if (next() !== '(') return found;
    expect('(');
    while (next() !== ')') {
      const key = name();
      expect(':');
      found[key] = value(left.shift());
    }
    expect(')');
    return found;
  }
  if (next() === 'query') left.shift();
  const operation = selections();
  if (left.length > 0) throw new Error(`Left over: ${next()}`);
  return operation;
}

function value(token = ''): string | number {
  if (token.startsWith('"""')) return token.slice(3, -3).replaceAll('\\"""', '"""');
  if (token.startsWith('"')) return string(token);
  if (/^[-\d]/.test(token)) return Number(token);
  if (/^[_a-z]/i.test(token)) return token;
  throw new Error(`No value: ${token}`);
}

/** Half a surrogate pair is an error since September 2025. */
function string(token: string): string {
  const text = JSON.parse(token.replaceAll('\t', '\\t')) as string;
  if (/\p{Cs}/u.test(text)) throw new Error('Half a surrogate pair');
  return text;
}
