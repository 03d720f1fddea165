const MAX_HEADER_LENGTH = 512;

/** The tags of an `Accept-Language` header, most wanted first (RFC 9110 section 12.5.4). What weighs 0, or cannot be
 * weighed, is left out. */
export function acceptedTags(header: string | undefined): string[] {
  const ranges = (header ?? '').slice(0, MAX_HEADER_LENGTH).split(',').map(readRange);
  const accepted = ranges.filter(({ weight }) => weight > 0);
  return accepted.sort((one, other) => other.weight - one.weight).map(({ tag }) => tag);
}

function readRange(range: string): { tag: string; weight: number } {
  const [tag = '', ...parameters] = range.split(';').map((part) => part.trim());
  const weight = parameters.find((parameter) => /^q=/i.test(parameter));
  return { tag, weight: weight ? Number(weight.slice(2)) : 1 };
}
