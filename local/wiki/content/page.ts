export interface Page extends Draft {
  id: number;
  edit: Edit;
}

/** Before `load-pages.ts` adds numbers and edits. */
export interface Draft {
  title: string;
  sections: Section[];
  infobox?: Fact[];
  image?: PageImage;
  /** Only for editors (`editor` in local/people.ts). */
  restricted: boolean;
  /** Source and licence, at the foot of the page. */
  credit: string;
  /** A hostile wiki's values, for tests. */
  claims?: Claims;
}

export interface Section {
  /** Absent for the introduction. */
  heading?: string;
  paragraphs?: string[];
  facts?: Fact[];
  /** Titles of other pages. */
  links?: string[];
  /** Not indexed, like MediaWiki's navigation boxes. */
  navigation?: boolean;
}

export interface Fact {
  label: string;
  text: string;
}

export interface PageImage {
  /** Below `/w/images/`. */
  name: string;
  width: number;
  height: number;
  svg(): string;
}

export interface Edit {
  at: Date;
  by: string;
  comment: string;
}

/** The API returns these unchecked. `{origin}` is the wiki's origin. */
export interface Claims {
  url?: string;
  thumbnail?: string;
  snippet?: string;
  user?: string;
  timestamp?: string;
}

export function plainText(page: Draft): string {
  return page.sections
    .filter((section) => !section.navigation)
    .map(sectionText)
    .join('\n');
}

/** TextExtracts' intro. */
export function introduction(page: Draft): string {
  return page.sections[0]?.paragraphs?.join('\n') ?? '';
}

function sectionText(section: Section): string {
  const facts = section.facts?.map((fact) => `${fact.label}: ${fact.text}`) ?? [];
  return [...(section.paragraphs ?? []), ...facts, ...(section.links ?? [])].join('\n');
}
