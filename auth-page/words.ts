import type { Messages } from './locales/en.ts';

/** The data that `build-page.mjs` puts into the HTML. */
interface PageData {
  /** The texts of the page's language, which the server chose by the browser's request. */
  messages: Messages;
  /** The file and its hash for every other language, by tag. */
  others: Readonly<Record<string, { url: string; integrity: string }>>;
}

const { messages, others } = readPageData();

/** Part of the page, so no request is needed. */
export const pageMessages = messages;

/** The page's language comes first. */
export const languages: readonly string[] = [messages.lang, ...Object.keys(others)];

/** Late texts are worse than texts in the page's language. */
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
