import type { Page } from 'playwright-core';

/** By how many pixels the page can be scrolled sideways: 0 where everything fits. */
export function sidewaysOverflow(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(0, (document.scrollingElement?.scrollWidth ?? 0) - innerWidth));
}

/** Texts that are hard to read on their background, with their contrast: less than WCAG 2.2's 4.5, or 3 where large. */
export function faintTexts(page: Page): Promise<string[]> {
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
