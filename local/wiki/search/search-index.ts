import Database from 'libsql';
import { cachedFile } from '../content/cache.ts';
import { type Page, plainText } from '../content/page.ts';
import { toMatch } from './match.ts';

export interface Hits {
  total: number;
  hits: { page: Page; snippet: string }[];
}

interface SearchOptions {
  /** Also finds restricted pages. */
  editor: boolean;
  offset: number;
  limit: number;
}

export interface SearchIndex {
  /** BM25; a word in the title counts ten times. */
  search(text: string, options: SearchOptions): Hits;
  close(): void;
}

// Mark a match until the text is escaped. stripped() removes them from pages.
const OPEN = '\u0002';
const CLOSE = '\u0003';
const SNIPPET_WORDS = 32;
const MAX_CACHED_QUERIES = 200;

/** SQLite FTS5.
 * @param name of the file that keeps the index until the next build; the same pages each time */
export function openIndex(name: string, pages: Page[]): SearchIndex {
  const db = new Database(
    cachedFile(name, (file) => write(file, pages)),
    { readonly: true },
  );
  const byId = new Map(pages.map((page) => [page.id, page]));
  const readable = 'page MATCH ? AND (restricted = 0 OR ?)';
  const count = db.prepare(`SELECT count(*) AS total FROM page WHERE ${readable}`);
  const select = db.prepare(
    `SELECT rowid AS id, snippet(page, 1, '${OPEN}', '${CLOSE}', '…', ${SNIPPET_WORDS}) AS snippet
     FROM page WHERE ${readable} ORDER BY rank LIMIT ? OFFSET ?`,
  );

  function find(text: string, { editor, offset, limit }: SearchOptions): Hits {
    const match = toMatch(text);
    if (!match) return { total: 0, hits: [] };
    const seesAll = editor ? 1 : 0;
    const { total } = count.get(match, seesAll) as { total: number };
    const rows = select.all(match, seesAll, limit, offset) as { id: number; snippet: string }[];
    return { total, hits: rows.flatMap((row) => toHit(byId.get(row.id), row.snippet)) };
  }

  return { search: remembering(find), close: () => db.close() };
}

/** One API call often searches twice: `list=search` and `generator=search`. Pages never change. */
function remembering(find: SearchIndex['search']): SearchIndex['search'] {
  const found = new Map<string, Hits>();
  return (text, options) => {
    const key = JSON.stringify([text, options.editor, options.offset, options.limit]);
    const hits = found.get(key) ?? find(text, options);
    if (found.size >= MAX_CACHED_QUERIES) found.clear();
    found.set(key, hits);
    return hits;
  };
}

function write(file: string, pages: Page[]): void {
  const db = new Database(file);
  db.exec(
    `CREATE VIRTUAL TABLE page USING fts5(title, body, restricted UNINDEXED, tokenize = "unicode61 remove_diacritics 2")`,
  );
  // As a setting, so that SQLite makes snippets only for one page of results.
  db.exec(`INSERT INTO page (page, rank) VALUES ('rank', 'bm25(10.0, 1.0)')`);
  const insert = db.prepare('INSERT INTO page (rowid, title, body, restricted) VALUES (?, ?, ?, ?)');
  db.exec('BEGIN');
  for (const page of pages) {
    insert.run(page.id, stripped(page.title), stripped(plainText(page)), page.restricted ? 1 : 0);
  }
  db.exec('COMMIT');
  db.close();
}

function toHit(page: Page | undefined, snippet: string): Hits['hits'] {
  return page ? [{ page, snippet: page.claims?.snippet ?? highlighted(snippet) }] : [];
}

/** As in MediaWiki. */
function highlighted(snippet: string): string {
  return escaped(snippet).replaceAll(OPEN, '<span class="searchmatch">').replaceAll(CLOSE, '</span>');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function stripped(text: string): string {
  return text.replace(/[\u0000-\u0008\u000e-\u001f]/g, ' ');
}
