import { isObject } from './json.ts';

const POINTER = /^(?:\/(?:[^~/]|~[01])*)*$/;
/** Not of RFC 6901: for APIs whose member names are the users' own, such as Notion's. */
const ANY = '*';
/** An object of an API can have a million members, and each field of an item searches them. */
const MAX_MEMBERS = 1_000;

export type Pointer = (value: unknown) => unknown;

/** Parses `/results/0/title`. The empty pointer is the whole value. `*` stands for any member of an object: the first
 * in which the rest of the pointer finds something. Of a list, `*` finds that of every element, as a list.
 * @see RFC 6901 @throws {TypeError} */
export function parsePointer(pointer: string): Pointer {
  if (!POINTER.test(pointer))
    throw new TypeError(`not a JSON pointer (RFC 6901): begin it with /, and write ~0 for ~: ${pointer}`);
  const tokens = pointer.split('/').slice(1).map(unescapeToken);
  return tokens.includes(ANY) ? (value) => find(value, tokens) : (value) => tokens.reduce(step, value);
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

/** @param at the token to read next */
function find(value: unknown, tokens: readonly string[], at = 0): unknown {
  const token = tokens[at];
  if (token === undefined || value === undefined) return value;
  if (token !== ANY || (isObject(value) && Object.hasOwn(value, ANY))) return find(step(value, token), tokens, at + 1);
  if (Array.isArray(value)) {
    const found = value.map((each) => find(each, tokens, at + 1)).filter((each) => each !== undefined);
    return found.length > 0 ? found : undefined;
  }
  if (!isObject(value)) return undefined;
  for (const name of Object.keys(value).slice(0, MAX_MEMBERS)) {
    const found = find(value[name], tokens, at + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
