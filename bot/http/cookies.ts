import { isSecret } from '../sign-in/secrets.ts';
import { TRANSACTION_TTL } from '../sign-in/transactions.ts';

// `__Host-`: only this host can set it, over a secure channel, for no other path (RFC 6265bis section 4.1.3.2).
// Browsers count loopback as secure.
const NAME = '__Host-latchkey';
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Lax';
/** So many sign-ins may be under way in one browser; an older one then has to start again (T40). */
const MOST = 4;

/** The secrets of the transactions that this browser began, newest first. */
export function readTransactionCookie(header: string | undefined): string[] {
  const cookies = (header ?? '').split(';').map((cookie) => cookie.trim());
  const found = cookies.find((cookie) => cookie.startsWith(`${NAME}=`));
  const secrets = found?.slice(NAME.length + 1).split('.') ?? [];
  return secrets.filter(isSecret).slice(0, MOST);
}

/** `Set-Cookie` that adds a transaction to those of this browser. */
export function addTransactionCookie(secrets: readonly string[], added: string): string {
  const value = [added, ...secrets].slice(0, MOST).join('.');
  return `${NAME}=${value}; ${ATTRIBUTES}; Max-Age=${TRANSACTION_TTL / 1000}`;
}
