/** The searched documents. They are derived from a counter, so that every process has equal ones. */

export interface Document {
  id: number;
  title: string;
  text: string;
  /** ISO 8601. */
  edited: string;
  by: string;
  lower: string;
}

interface Hits {
  documents: Document[];
  total: number;
}

/** No word is a prefix of another, so that the bot does not treat the next query as continued typing. */
export const WORDS =
  `anchor bridge canyon desert engine forest glacier harbour island jungle kettle lantern meadow nebula orchard
  prairie quarry river summit temple umbrella valley window xylophone yard zenith acrobat beacon castle dolphin
  ember falcon garden hammer icicle jacket kingdom lighthouse mountain notebook ocean pepper quiver rocket saddle
  thunder universe violin walnut yellow`.split(/\s+/);

const COUNT = 1_000;
const PEOPLE = ['Ada Example', 'Grace Sample', 'Linus Demo'];

function wordOf(at: number): string {
  return WORDS[at % WORDS.length] ?? '';
}

function makeDocument(id: number): Document {
  const messages = Array.from({ length: 12 }, (_, at) => wordOf(id * 7 + at * (3 + (id % 5))));
  const title = `About the ${wordOf(id * 7)} and the ${wordOf(id * 11 + 1)}, part ${id}`;
  const text = `Here we keep what is known of ${messages.slice(0, 6).join(', ')}; further down also of ${messages.slice(6).join(', ')}.`;
  const edited = new Date(Date.UTC(2026, id % 12, 1 + (id % 28), id % 24)).toISOString();
  return { id, title, text, edited, by: PEOPLE[id % PEOPLE.length] ?? '', lower: `${title} ${text}`.toLowerCase() };
}

const DOCUMENTS: readonly Document[] = Array.from({ length: COUNT }, (_, at) => makeDocument(at + 1));

/** Always scans all documents, without a cache. */
export function searchDocuments(text: string, skip: number, count: number): Hits {
  const word = text.toLowerCase();
  const found = DOCUMENTS.filter(({ lower }) => lower.includes(word));
  return { documents: found.slice(skip, skip + count), total: found.length };
}
