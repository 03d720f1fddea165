import { isObject } from './json.ts';

const POINTER = /^(?:\/(?:[^~/]|~[01])*)*$/;

export type Pointer = (value: unknown) => unknown;

/** Parses `/results/0/title`. The empty pointer is the whole value. @see RFC 6901 @throws {TypeError} */
export function parsePointer(pointer: string): Pointer {
  if (!POINTER.test(pointer)) throw new TypeError(`not a JSON pointer (RFC 6901), such as /results: ${pointer}`);
  const tokens = pointer.split('/').slice(1).map(unescapeToken);
  return (value) => tokens.reduce(step, value);
}

// `~1` first, because `~01` means `~1` (RFC 6901 section 4).
function unescapeToken(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}

function step(value: unknown, token: string): unknown {
  // Only array elements and own members: no `length`, no prototype.
  if (Array.isArray(value)) return /^(?:0|[1-9]\d{0,8})$/.test(token) ? value[Number(token)] : undefined;
  return isObject(value) && Object.hasOwn(value, token) ? value[token] : undefined;
}
