/** A page with number and edit. */
export interface Page extends Draft {
  id: number;
  edit: Edit;
}

/** The output of the content modules, before `load-pages.ts` adds numbers and edits. */
export interface Draft {
  title: string;
  sections: Section[];
  infobox?: Fact[];
  image?: PageImage;
  /** Only editors may read it (`editor` in local/people.ts). */
  restricted: boolean;
  /** Source and licence of the text, shown at the foot of the page. */
  credit: string;
  /** False values of a hostile wiki, for tests. */
  claims?: Claims;
}

export interface Section {
  /** Absent for the introduction. */
  heading?: string;
  paragraphs?: string[];
  facts?: Fact[];
  /** Titles of other pages. */
  links?: string[];
  /** Not indexed, like a navigation box in MediaWiki. */
  navigation?: boolean;
}

export interface Fact {
  label: string;
  text: string;
}

export interface PageImage {
  /** The file name below `/w/images/`. */
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

/** Values that the API returns unchecked; `{origin}` stands for the wiki's origin. */
export interface Claims {
  url?: string;
  thumbnail?: string;
  snippet?: string;
  user?: string;
  timestamp?: string;
}

/** The text for the index, introduction first. */
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
