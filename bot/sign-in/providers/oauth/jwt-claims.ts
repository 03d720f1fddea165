/** No token of Entra's is longer. Characters. */
const MAX_TOKEN_LENGTH = 16_384;

/** What a JWT says, unverified: for showing, or for a first look. `undefined` for whatever is none. */
export function decodeJwtPayload(token: string): Record<string, unknown> | undefined {
  const [, payload = '', signature] = token.length <= MAX_TOKEN_LENGTH ? token.split('.') : [];
  if (signature === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
