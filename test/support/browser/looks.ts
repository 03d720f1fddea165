import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { picture } from './pictures.ts';

/** Takes a picture. Fails if the page scrolls sideways, or has a text that is hard to read. */
export async function look(page: Page, name: string): Promise<void> {
  await picture(page, name);
  expect({ name, overflow: await sidewaysOverflow(page) }).toEqual({ name, overflow: 0 });
  expect({ name, faint: await faintMessages(page) }).toEqual({ name, faint: [] });
}

/** Takes a picture. Fails if the page scrolls sideways, or a text is cut off. */
export async function fits(page: Page, name: string): Promise<void> {
  await picture(page, name);
  const [overflow, cut] = [await sidewaysOverflow(page), await cutMessages(page)];
  expect({ name, overflow, cut }).toEqual({ name, overflow: 0, cut: [] });
}

/** How many pixels the page scrolls sideways. 0: all fits. */
export function sidewaysOverflow(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(0, (document.scrollingElement?.scrollWidth ?? 0) - innerWidth));
}

/**
 * Texts that are hard to read on their background, with their contrast: less than WCAG 2.2's 4.5, or 3 for large text.
 */
function faintMessages(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    type Colour = [red: number, green: number, blue: number, alpha: number];
    const parse = (css: string): Colour => {
      const [red = 0, green = 0, blue = 0, alpha = 1] = (css.match(/[\d.]+/g) ?? []).map(Number);
      return [red, green, blue, alpha];
    };
    const over = (top: Colour, below: Colour): Colour => {
      const mix = (at: 0 | 1 | 2) => top[at] * top[3] + below[at] * (1 - top[3]);
      return [mix(0), mix(1), mix(2), 1];
    };
    const luminance = ([red, green, blue]: Colour) => {
      const [r = 0, g = 0, b = 0] = [red, green, blue].map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const backgroundOf = (element: Element | null): Colour => {
      if (!element) return [255, 255, 255, 1];
      const own = parse(getComputedStyle(element).backgroundColor);
      return own[3] === 1 ? own : over(own, backgroundOf(element.parentElement));
    };
    const hasText = (element: Element) =>
      [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
    return [...document.body.querySelectorAll('*')].flatMap((element) => {
      const shown = element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
      if (!shown || !hasText(element) || element.matches('noscript, option, .visually-hidden, .unseen, :disabled'))
        return [];
      const { color, fontSize, fontWeight } = getComputedStyle(element);
      const background = backgroundOf(element);
      const [one, other] = [luminance(over(parse(color), background)), luminance(background)];
      const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
      const large = parseFloat(fontSize) >= 24 || (parseFloat(fontSize) >= 18.66 && Number(fontWeight) >= 700);
      return ratio < (large ? 3 : 4.5) ? [`${ratio.toFixed(2)} “${element.textContent?.trim().slice(0, 60)}”`] : [];
    });
  });
}

/** Texts beyond the side of a clipping box or of the window. A text with an ellipsis is cut on purpose. */
function cutMessages(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const clips = (element: Element) => getComputedStyle(element).overflowX !== 'visible';
    const boxesAround = (element: Element | null): DOMRect[] =>
      element
        ? [...(clips(element) ? [element.getBoundingClientRect()] : []), ...boxesAround(element.parentElement)]
        : [];
    const messagesIn = (element: Element) =>
      [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
    const linesOf = (text: Node) => {
      const range = document.createRange();
      range.selectNodeContents(text);
      return [...range.getClientRects()];
    };
    // Text for screen readers is clipped to nothing. A card's button must be readable in full.
    const isMeant = (element: Element) => {
      const { clipPath, textOverflow } = getComputedStyle(element);
      return clipPath !== 'none' || (textOverflow === 'ellipsis' && !element.closest('.ac-pushButton'));
    };
    const meant = (element: Element | null): boolean =>
      element !== null && (element.matches('noscript, option') || isMeant(element) || meant(element.parentElement));
    return [...document.body.querySelectorAll('*')].flatMap((element) => {
      if (meant(element) || !element.checkVisibility({ visibilityProperty: true })) return [];
      const boxes = [...boxesAround(element), new DOMRect(0, 0, innerWidth, innerHeight)];
      const cut = ({ left, right }: DOMRect) => boxes.some((box) => left < box.left - 1 || right > box.right + 1);
      return messagesIn(element).some((text) => linesOf(text).some(cut))
        ? [`“${element.textContent?.trim().slice(0, 60)}”`]
        : [];
    });
  });
}
