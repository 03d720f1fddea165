/** Comma separated. */
function list(text: string): string[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);
}

/** Seconds or a port. @throws {Error} that names the variable */
export function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`${name} must be a positive whole number, not ${text}`);
  return value;
}

/** @param callbacks ids of connections and gates, for `BASE_URLS` */
export function redirectUris(env: NodeJS.ProcessEnv, callbacks: readonly string[]): string[] {
  if (env.REDIRECT_URIS) return list(env.REDIRECT_URIS);
  const bases = list(env.BASE_URLS ?? 'http://localhost:3978');
  return bases.flatMap((base) => callbacks.map((id) => new URL(`/auth/callback/${id}`, base).href));
}
