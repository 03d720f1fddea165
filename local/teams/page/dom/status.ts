import { byId } from './dom.ts';

/** Uses an ARIA live region. */
export function announce(text: string): void {
  byId('status').textContent = text;
}
