import type { Messages } from '../locales/en.ts';
import { pageData } from './page-data.ts';

const { messages, others } = pageData;

export const pageMessages = messages;

export const languages: readonly string[] = [messages.lang, ...Object.keys(others)];

/** Texts in the page's language are better than late texts. */
const MAX_WAIT_MS = 1_500;

/** Accepts only the file that was built (T41). If it does not load, returns the page's texts. */
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
