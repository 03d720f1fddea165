import { labelOf, webAddress } from '../../../platform/json.ts';
import { type Pointer, parsePointer } from '../../../platform/json-pointer.ts';
import { percentEncode } from '../../urls.ts';

type TextReader = (item: unknown) => string;

const PLACE = /\{(\/[^{}]*)\}/;
/** A separator that remains at an end if a part of the text is missing: `SEC-4 · `. */
const LOOSE = /[\s·|:,\-–—/]/;

/** Reads a JSON pointer (`/fields/summary`), or a text with pointers in braces (`{/key} · {/fields/summary}`).
 * @throws {TypeError} for a pointer that cannot be read */
export function readItemText(template: string): TextReader {
  if (!PLACE.test(template)) return pointerText(parsePointer(template));
  const parts = partsOf(template);
  return (item) => {
    const texts = parts.map((part) => (typeof part === 'string' ? part : { found: textAt(part(item)) }));
    if (texts.every((text) => typeof text === 'string' || text.found === '')) return '';
    const isWhole = texts.every((text) => typeof text === 'string' || text.found !== '');
    const text = texts.map((each) => (typeof each === 'string' ? each : each.found)).join('');
    return isWhole ? text : withoutLooseEnds(text);
  };
}

/** In linear time: a pattern with `+$` takes quadratic time. */
function withoutLooseEnds(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && LOOSE.test(text.charAt(start))) start++;
  while (end > start && LOOSE.test(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

/** Reads an address: a JSON pointer, or an address with pointers in braces, whose values are percent-encoded. A place
 * at the start is the beginning of an address.
 * @returns a reader that returns `undefined` if a value is missing. `base` makes the value of a pointer absolute
 * @throws {TypeError} for a template that is no address */
export function readItemUrl(template: string): (item: unknown, base: string) => string | undefined {
  if (!PLACE.test(template)) {
    const at = parsePointer(template);
    return (item, base) => resolve(at(item), base);
  }
  const parts = partsOf(template);
  if (typeof parts[0] === 'string' && !/^https?:\/\/[^/?#{}@\\\s]+[/?]/i.test(parts[0]))
    throw new TypeError('must begin with an address such as https://example.com/, or with a place');
  return (item) => {
    const texts = parts.map((part, at) => {
      if (typeof part === 'string') return part;
      const text = textAt(part(item));
      return at === 0 ? text.replace(/\/+$/, '') : percentEncode(text);
    });
    return texts.includes('') ? undefined : webAddress(texts.join(''));
  };
}

/** @param base has a path if the API's links omit it */
function resolve(value: unknown, base: string): string | undefined {
  const { origin, pathname } = new URL(base);
  const path = pathname.replace(/\/+$/, '');
  const isPath = typeof value === 'string' && /^\/(?![/\\])/.test(value);
  return isPath && path !== '' ? webAddress(origin + path + value) : webAddress(value, base);
}

function pointerText(at: Pointer): TextReader {
  return (item) => textAt(at(item));
}

/** The parts of a rich text are a list. */
function textAt(value: unknown): string {
  return Array.isArray(value) ? value.map(labelOf).join('') : labelOf(value);
}

function partsOf(template: string): (string | Pointer)[] {
  const pieces = template.split(PLACE);
  return pieces.map((piece, at) => (at % 2 === 1 ? parsePointer(piece) : piece)).filter((piece) => piece !== '');
}
