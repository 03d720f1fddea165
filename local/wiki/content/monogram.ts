import { hash } from './hash.ts';
import type { PageImage } from './page.ts';

/** Contrast to white: 4.5 or more. */
const COLOURS = ['#0f6cbd', '#0b6a0b', '#8e562e', '#5c2e91', '#a4262c', '#005b70', '#7a3e9d', '#3b5998', '#8a3707'];

/** Clubs' logos and colours are trademarks. */
export function monogram(letters: string): PageImage {
  const colour = COLOURS[hash(letters) % COLOURS.length];
  return {
    name: `Monogram_${letters}.svg`,
    width: 320,
    height: 320,
    svg: () =>
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 320" width="320" height="320"><rect width="320" height="320" fill="${colour}"/><text x="160" y="166" fill="#fff" font-family="Segoe UI, system-ui, sans-serif" font-size="112" font-weight="600" letter-spacing="2" text-anchor="middle" dominant-baseline="middle">${letters}</text></svg>`,
  };
}
