/** A page of the wiki as its readers and the search index see it. */
export interface Page extends Draft {
  id: number;
  edit: Edit;
}

/** What the content modules make; numbers and edits are added by `load-pages.ts`. */
export interface Draft {
  title: string;
  sections: Section[];
  infobox?: Fact[];
  image?: PageImage;
  /** Only editors may read it (`editor` in local/people.ts). */
  restricted: boolean;
  /** Where the text comes from and under which licence: shown at the foot of the page. */
  credit: string;
  /** What a hostile wiki would say of this page, instead of the truth. For tests. */
  claims?: Claims;
}

export interface Section {
  /** None for the introduction. */
  heading?: string;
  paragraphs?: string[];
  facts?: Fact[];
  /** Titles of other pages. */
  links?: string[];
  /** Only there to click on: not in the search index (as with a navigation box in MediaWiki). */
  navigation?: boolean;
}

export interface Fact {
  label: string;
  text: string;
}

export interface PageImage {
  /** The file's name below `/w/images/`. */
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

/** Raw values that the API hands out unchecked; `{origin}` stands for the wiki's own. */
export interface Claims {
  url?: string;
  thumbnail?: string;
  snippet?: string;
  user?: string;
  timestamp?: string;
}

/** The page's words for the index, introduction first. */
export function plainText(page: Draft): string {
  return page.sections
    .filter((section) => !section.navigation)
    .map(sectionText)
    .join('\n');
}

/** The first lines: what TextExtracts calls the intro. */
export function introduction(page: Draft): string {
  return page.sections[0]?.paragraphs?.join('\n') ?? '';
}

function sectionText(section: Section): string {
  const facts = section.facts?.map((fact) => `${fact.label}: ${fact.text}`) ?? [];
  return [...(section.paragraphs ?? []), ...facts, ...(section.links ?? [])].join('\n');
}
