import { isObject } from '../../platform/json.ts';

const POINTER = /^(?:\/(?:[^~/]|~[01])*)*$/;

/** Follows a JSON pointer from a value; `undefined` where it leads nowhere. */
export type Pointer = (value: unknown) => unknown;

/** Reads a JSON pointer (RFC 6901): `/results/0/title`; the empty one is the whole value.
 * @throws {TypeError} for what is none */
export function parsePointer(pointer: string): Pointer {
  if (!POINTER.test(pointer)) throw new TypeError(`not a JSON pointer (RFC 6901), such as /results: ${pointer}`);
  const tokens = pointer.split('/').slice(1).map(unescapeToken);
  return (value) => tokens.reduce(step, value);
}

// ~1 first: ~01 is a tilde and a 1 (section 4).
function unescapeToken(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}

function step(value: unknown, token: string): unknown {
  // An array's elements alone, and an object's own members: not its length, nor its prototype's.
  if (Array.isArray(value)) return /^(?:0|[1-9]\d{0,8})$/.test(token) ? value[Number(token)] : undefined;
  return isObject(value) && Object.hasOwn(value, token) ? value[token] : undefined;
}
