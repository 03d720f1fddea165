import type { Messages } from './locales/en.ts';

/** What `build-page.mjs` puts into the HTML for the script. */
interface PageData {
  /** The words of the page's own language, which the server picked by what the browser asks for. */
  messages: Messages;
  /** The file of every other language, by its tag, and what it must be made of. */
  others: Readonly<Record<string, { url: string; integrity: string }>>;
}

const { messages, others } = readPageData();

/** The words that came with the page: at once, and without a request. */
export const pageMessages = messages;

/** The tags of all languages, the page's own first. */
export const languages: readonly string[] = [messages.lang, ...Object.keys(others)];

/** How long words may be awaited, in milliseconds: the page's own at once are better than the right ones late. */
const MAX_WAIT_MS = 1_500;

/** The words of a language: data, and only as they were built (T41). The page's own where they cannot be had. */
export async function loadMessages(language: string): Promise<Messages> {
  const file = others[language];
  if (!file) return messages;
  try {
    const signal = AbortSignal.timeout(MAX_WAIT_MS);
    const response = await fetch(file.url, { integrity: file.integrity, redirect: 'error', signal });
    return response.ok ? ((await response.json()) as Messages) : messages;
  } catch {
    return messages;
  }
}

function readPageData(): PageData {
  return JSON.parse(document.querySelector('#page-data')?.textContent ?? '') as PageData;
}
