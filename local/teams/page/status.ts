import { byId } from './dom.ts';

/** Announces a text to screen readers with an ARIA live region. */
export function announce(text: string): void {
  byId('status').textContent = text;
}
