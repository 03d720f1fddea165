import { decodeHTMLStrict } from 'entities';
import { Parser } from 'htmlparser2';
import type { SnippetPart } from '../source.ts';
import { oneLine, plainSnippet, SnippetBuilder } from './snippet.ts';

const MARKUP = /[<&]/;
const BLANKS = /\s+/;
/** Much markup may come before the text: styles, tables, long addresses. The parser stops when the snippet is full. */
const MAX_HTML_LENGTH = 16_000;
/** The parser searches its stack for each end tag. */
const MAX_DEPTH = 200;

export interface HtmlMarks {
  /** Elements around a match: `em`, or `span.searchmatch` for an element with a class. */
  hits: ReadonlySet<string>;
  /** Texts that replace elements. */
  texts?: ReadonlyMap<string, string>;
}

/** Elements that break the line in a browser become a space. */
const BLOCKS = new Set(
  'address article aside blockquote br dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol option p pre section summary table tbody td tfoot th thead title tr ul'.split(
    ' ',
  ),
);
/** Elements whose content a browser does not show. */
const HIDDEN = new Set(['script', 'style', 'template', 'noscript', 'iframe']);

/** Converts HTML to plain text with marked matches, as a browser shows it. Decoded entities stay text. Takes linear
 * time. */
export function htmlSnippet(html: string, { hits, texts }: HtmlMarks): SnippetPart[] {
  const input = html.slice(0, MAX_HTML_LENGTH);
  if (!MARKUP.test(input)) return plainSnippet(input);
  const snippet = new SnippetBuilder();
  const open: { name: string; isHit: boolean }[] = [];
  const depth = { hit: 0, hidden: 0 };
  const write = (text: string): void => {
    if (depth.hidden === 0) snippet.append(text, depth.hit > 0);
    if (snippet.isFull) parser.pause();
  };
  const parser = new Parser({
    onopentagname(name) {
      const isHit = hits.has(name);
      if (open.push({ name, isHit }) > MAX_DEPTH) parser.pause();
      if (isHit) depth.hit++;
      if (BLOCKS.has(name)) write(' ');
      else if (HIDDEN.has(name)) depth.hidden++;
      else if (texts?.has(name)) write(texts.get(name) ?? '');
    },
    onattribute(attribute, value) {
      const element = open.at(-1);
      if (attribute !== 'class' || !element || element.isHit) return;
      element.isHit = value.split(BLANKS).some((each) => hits.has(`${element.name}.${each}`));
      if (element.isHit) depth.hit++;
    },
    onclosetag(name) {
      if (open.pop()?.isHit) depth.hit--;
      if (BLOCKS.has(name)) write(' ');
      else if (HIDDEN.has(name)) depth.hidden--;
    },
    ontext: write,
  });
  parser.end(input);
  return snippet.build();
}

/** In a title, any other name between < and > is text: `List<String>`. */
const INLINE = new Set(
  'a abbr b bdi bdo big cite code del dfn em font highlighthit i img ins kbd mark q s samp small span strike strong sub sup tt u var wbr'.split(
    ' ',
  ),
);
const MAX_TITLE_LENGTH = 4_000;

/** Some APIs return titles as HTML, others as text. */
export function readTitle(html: string, longest: number): string {
  const input = html.slice(0, MAX_TITLE_LENGTH);
  if (!MARKUP.test(input)) return oneLine(input, longest);
  let title = '';
  const tag = (name: string, raw: string): void => {
    const known = name.toLowerCase();
    if (!INLINE.has(known)) title += BLOCKS.has(known) ? ' ' : raw;
  };
  const parser: Parser = new Parser(
    {
      onopentag: (name) => tag(name, input.slice(parser.startIndex, parser.endIndex + 1)),
      onclosetag: (name, isImplied) => (isImplied ? undefined : tag(name, `</${name}>`)),
      ontext: (text) => {
        title += decodeHTMLStrict(text);
      },
      onprocessinginstruction: (_, text) => {
        title += `<${text}>`;
      },
    },
    { decodeEntities: false, lowerCaseTags: false },
  );
  // A tag without an end is text: `a <b`.
  const end = input.lastIndexOf('>') + 1;
  parser.end(input.slice(0, end));
  return oneLine(title + decodeHTMLStrict(input.slice(end)), longest);
}
