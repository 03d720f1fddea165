import type { Messages } from '../locales/en.ts';

interface PageData {
  /** In the language that the server chose. */
  messages: Messages;
  /** By language tag. */
  others: Readonly<Record<string, { url: string; integrity: string }>>;
  /** TEAMS_HOST_ORIGINS, unchecked. */
  hostOrigins?: unknown;
}

/** The data block of the page. */
export const pageData = JSON.parse(document.querySelector('#page-data')?.textContent ?? '') as PageData;
