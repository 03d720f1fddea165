import { pageData } from '../view/page-data.ts';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** Extra origins that may host the pop-up (TEAMS_HOST_ORIGINS). Empty in production. */
export function extraHostOrigins(): string[] {
  return LOOPBACK.includes(window.location.hostname) ? exactOrigins(pageData) : [];
}

/** teams-js treats `*` as a wildcard, so only exact loopback origins pass (T23). */
function exactOrigins({ hostOrigins }: { hostOrigins?: unknown }): string[] {
  return Array.isArray(hostOrigins) ? hostOrigins.filter(isLoopbackOrigin) : [];
}

function isLoopbackOrigin(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const url = new URL(value);
  return url.origin === value && LOOPBACK.includes(url.hostname);
}
