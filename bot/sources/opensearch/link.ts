import { readLinkTemplate } from '../json-api/link-template.ts';
import { baseRequest } from './request.ts';
import { addressOfId, type DocumentPlace } from './response.ts';

/** The question for the document that a link leads to, and the address that its answer must have. */
export interface DocumentLookup {
  body: Record<string, unknown>;
  address: string;
}

/** Makes the question of a link; `undefined` where no document can be read there. A link is a value to the index, never
 * a part of the question (T53): `terms` takes it as it is, letter by letter. */
export function documentLookup(place: DocumentPlace): (link: URL) => DocumentLookup | undefined {
  const { fields, urlTemplate, base } = place;
  const idOf = urlTemplate === undefined ? () => undefined : readLinkTemplate(urlTemplate);
  const ask = (query: Record<string, unknown>, address: string): DocumentLookup => ({
    body: { ...baseRequest({ from: 0, size: 1 }, fields), query },
    address,
  });
  return (link) => {
    const id = idOf(link);
    const made = id === undefined ? undefined : addressOfId(id, urlTemplate);
    if (made !== undefined) return ask({ ids: { values: [id] } }, made);
    if (fields.url === undefined) return undefined;
    const rest = link.pathname + link.search;
    return ask(byAddress(fields.url, link.origin, rest, base), link.origin + rest);
  };
}

/** As a keyword by itself, or in the field that an index without a mapping puts beside a text. */
function byAddress(field: string, origin: string, rest: string, base: string): Record<string, unknown> {
  const spelled = [origin + rest, plain(origin + rest), ...(origin === base ? [rest, plain(rest)] : [])];
  const addresses = [...new Set(spelled)];
  return {
    bool: {
      should: [{ terms: { [field]: addresses } }, { terms: { [`${field}.keyword`]: addresses } }],
      minimum_should_match: 1,
    },
  };
}

/** Without the escapes that a browser puts in, as a document may have it. */
function plain(address: string): string {
  try {
    return decodeURI(address);
  } catch {
    return address; // Not UTF-8.
  }
}
