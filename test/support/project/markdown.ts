import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, read } from './files.ts';

/** A page of the documentation. */
interface Page {
  /** From the root, with forward slashes. */
  path: string;
  text: string;
}

interface Block {
  /** The place of its beginning: page and line. */
  at: string;
  language: string;
  text: string;
}

/** All pages for people: in the root, in docs/ and beside their subjects. */
export const PAGES: readonly Page[] = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'infra/README.md', 'bench/README.md'],
  ...['docs', 'docs/adr', 'docs/connect'].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  ),
].map((path) => ({ path, text: read(path) }));

/** Fenced blocks, also those in a list. */
export function blocksOf({ path, text }: Page): Block[] {
  const fences = text.matchAll(/^( *)```(\w*)\n([\s\S]*?)^\1```$/gm);
  return [...fences].map(({ 1: indent = '', 2: language = '', 3: body = '', index }) => ({
    at: `${path}:${text.slice(0, index).split('\n').length}`,
    language,
    text: body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

/** The page without its fenced blocks. */
export function proseOf({ text }: Page): string {
  return text.replaceAll(/^( *)```(\w*)\n[\s\S]*?^\1```$/gm, '');
}

/** Typed commands: one on each line, without the remark after it. */
export function commandsOf(page: Page): string[] {
  const lines = blocksOf(page).flatMap(({ language, text }) => (language === 'sh' ? text.split('\n') : []));
  return lines.map((line) => line.replace(/\s+#.*$/, '').trim()).filter(Boolean);
}

/** The anchor that GitHub makes of a heading. The second of two equal headings gets a number. */
export function anchorsOf(page: Page): string[] {
  const seen = new Map<string, number>();
  return [...proseOf(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
    const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = text.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-');
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  });
}
