import { byId } from './dom.ts';

/** Says it to screen readers, at the next quiet moment (an ARIA live region). */
export function announce(text: string): void {
  byId('status').textContent = text;
}
