import { h } from '../dom/dom.ts';
import { webAddress } from '../requests/answers.ts';

interface FoundUrl {
  url: string;
  from: number;
  to: number;
}

/** http and https, without a final full stop or bracket. */
export function findUrls(text: string): FoundUrl[] {
  return [...text.matchAll(/https?:\/\/[^\s<>"]+/gi)].flatMap(({ 0: match, index }) => {
    const url = withoutTail(match);
    return webAddress(url) ? [{ url, from: index, to: index + url.length }] : [];
  });
}

export function linked(text: string): (Node | string)[] {
  const parts: (Node | string)[] = [];
  let done = 0;
  for (const { url, from, to } of findUrls(text)) {
    parts.push(text.slice(done, from), h('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, url));
    done = to;
  }
  return [...parts, text.slice(done)];
}

// Keeps the closing bracket in /wiki/Mercury_(planet)
function withoutTail(match: string): string {
  const shorter = match.replace(/[.,;:!?'’”»*_]+$/u, '');
  const count = (bracket: string) => shorter.split(bracket).length;
  const unmatched = shorter.endsWith(')') && count(')') > count('(');
  if (unmatched) return withoutTail(shorter.slice(0, -1));
  return shorter;
}
