/** In the format of `POST /auth/api/complete` (RFC 6749 section 4.1.2). */
export type AuthorizationResponse =
  | { connection: string; code: string; state: string; iss?: string }
  | { connection: string; error: string; hint?: string; state: string };

const PARAMETERS = ['code', 'state', 'iss', 'error'] as const;

/** `none`: no OAuth parameters, for example after a reload. `malformed`: a repeated parameter (RFC 6749 section
 * 3.1), no `state`, or not exactly one of `code` and `error`. */
export function readResponse(connection: string, query: URLSearchParams): AuthorizationResponse | 'none' | 'malformed' {
  if (!PARAMETERS.some((name) => query.has(name))) return 'none';
  if (PARAMETERS.some((name) => query.getAll(name).length > 1)) return 'malformed';
  const [code, state, iss, error] = PARAMETERS.map((name) => query.get(name) || undefined);
  if (!state) return 'malformed';
  if (code && !error) return iss ? { connection, code, state, iss } : { connection, code, state };
  const hint = hintIn(query.get('error_description') ?? '');
  if (error && !code) return { connection, error, ...(hint && { hint }), state };
  return 'malformed';
}

const POLICY = /\b(polic(y|ies)|conditional access|not assigned|blocked|administrator)\b/i;

/** Returns Entra's error code, or `policy` if a policy refused. No other word of the description leaves the page
 * (T32). */
function hintIn(description: string): string | undefined {
  const [entra] = /\bAADSTS\d{4,7}\b/.exec(description) ?? [];
  return entra ?? (POLICY.test(description) ? 'policy' : undefined);
}
