import { address } from './address.ts'; // Must be the first import.
import { callback } from './callback.ts';
import { settings } from './settings.ts';
import { start } from './start.ts';
import { setLanguage } from './view/view.ts';

/** One script for all pages, so that the callback finds it in the cache. */
async function main(): Promise<void> {
  await untilShown();
  void setLanguage(navigator.languages);
  const { page } = document.documentElement.dataset;
  if (page === 'callback') await callback(address);
  else await (page === 'settings' ? settings(address.query) : start(address.query));
}

/** A browser may prerender a page without a click. The page then posts no request (T21). */
async function untilShown(): Promise<void> {
  if (!(document as Document & { prerendering?: boolean }).prerendering) return;
  await new Promise((resolve) => document.addEventListener('prerenderingchange', resolve, { once: true }));
}

void main();
