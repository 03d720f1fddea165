/** Reads out of a link what it names; `undefined` for a link of another form. */
export type IdReader = (link: URL) => string | undefined;

/** Stands where an id does while the address is taken apart. */
const PLACE = 'latchkey0id0place';
/** One name, not a way to somewhere else: no segment of dots, no slash, nothing invisible; at most 200 characters. */
const ID = /^(?!\.{1,2}$)[^/\\\p{Cc}\p{Cs}]{1,200}$/u;

/** Reads `https://docs.example.com/pages/{id}`, or `…/page?doc={id}`: its links may have a slash at the end, more
 * parameters, and a fragment.
 * @param template an address with `{id}` in its path or in a parameter's value */
export function readLinkTemplate(template: string): IdReader {
  const { origin, pathname, searchParams } = new URL(template.replace('{id}', PLACE));
  const path = patternOf(pathname.replace(/\/$/, ''), '[^/]+', '/?');
  const parameters = [...searchParams].map(([name, value]) => [name, patternOf(value, '.+')] as const);
  return (link) => {
    if (link.origin !== origin) return undefined;
    const found = [
      path.exec(link.pathname),
      ...parameters.map(([name, pattern]) => pattern.exec(link.searchParams.get(name) ?? '')),
    ];
    if (found.includes(null)) return undefined;
    const [inPath, ...inParameters] = found.map((match) => match?.[1]);
    const id = inPath === undefined ? inParameters.find((value) => value !== undefined) : decoded(inPath);
    return id !== undefined && ID.test(id) ? id : undefined;
  };
}

function patternOf(text: string, place: string, end = ''): RegExp {
  const literal = text.split(PLACE).map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return new RegExp(`^${literal.join(`(${place})`)}${end}$`, 's');
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined; // Not UTF-8.
  }
}
