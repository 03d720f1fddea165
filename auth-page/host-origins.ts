const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** Extra origins that may host the pop-up (TEAMS_HOST_ORIGINS). Empty in production, or if the list does not load. */
export async function loadHostOrigins(): Promise<string[]> {
  if (!LOOPBACK.includes(window.location.hostname)) return [];
  try {
    const response = await fetch('/auth/assets/host-origins.json', { cache: 'no-store', redirect: 'error' });
    return response.ok ? exactOrigins(await response.json()) : [];
  } catch {
    return []; // Allows only Microsoft's hosts.
  }
}

/** teams-js treats `*` as a wildcard, so only exact loopback origins pass (T23). */
function exactOrigins(response: { origins?: unknown }): string[] {
  return Array.isArray(response.origins) ? response.origins.filter(isLoopbackOrigin) : [];
}

function isLoopbackOrigin(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const url = new URL(value);
  return url.origin === value && LOOPBACK.includes(url.hostname);
}
