import { isSecret } from '../sign-in/secrets.ts';
import { SETTINGS_TTL_MS } from '../sign-in/ticket.ts';
import { TRANSACTION_TTL_MS } from '../sign-in/transactions.ts';

// `__Host-`: secure, path `/`, and only this host can set it (RFC 6265bis section 4.1.3.2). Browsers treat loopback as
// secure.
const NAME = '__Host-latchkey';
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Lax';
/** Concurrent sign-ins of one browser. The oldest is dropped (T40). */
const MAX_SECRETS = 4;

/** No other site needs to open this page with the cookie. */
const SETTINGS = { name: '__Host-latchkey-settings', attributes: 'Path=/; Secure; HttpOnly; SameSite=Strict' };

export function readTransactionCookie(header: string | undefined): string[] {
  const secrets = readCookie(header, NAME)?.split('.') ?? [];
  return secrets.filter(isSecret).slice(0, MAX_SECRETS);
}

export function addTransactionCookie(secrets: readonly string[], added: string): string {
  const value = [added, ...secrets].slice(0, MAX_SECRETS).join('.');
  return `${NAME}=${value}; ${ATTRIBUTES}; Max-Age=${TRANSACTION_TTL_MS / 1000}`;
}

export function readSettingsCookie(header: string | undefined): string | undefined {
  return readCookie(header, SETTINGS.name);
}

export function settingsCookie(session: string): string {
  return `${SETTINGS.name}=${session}; ${SETTINGS.attributes}; Max-Age=${SETTINGS_TTL_MS / 1000}`;
}

/** A session cookie. */
const CHAT = { name: '__Host-latchkey-chat', attributes: 'Path=/; Secure; HttpOnly; SameSite=Strict' };

export function readChatCookie(header: string | undefined): string | undefined {
  return readCookie(header, CHAT.name);
}

export function chatCookie(session: string): string {
  return `${CHAT.name}=${session}; ${CHAT.attributes}`;
}

/** Another person signed in, so the next sign-in shows the account chooser. */
const WRONG_PERSON = '__Host-latchkey-choose';

export function readWrongPersonCookie(header: string | undefined): boolean {
  return readCookie(header, WRONG_PERSON) === '1';
}

export function wrongPersonCookie(isWrong: boolean): string {
  return `${WRONG_PERSON}=${isWrong ? '1' : ''}; ${ATTRIBUTES}; Max-Age=${isWrong ? TRANSACTION_TTL_MS / 1000 : 0}`;
}

function readCookie(header: string | undefined, name: string): string | undefined {
  const cookies = (header ?? '').split(';').map((cookie) => cookie.trim());
  return cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1);
}
