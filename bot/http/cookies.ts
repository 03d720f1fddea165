import { isSecret } from '../sign-in/secrets.ts';
import { SETTINGS_TTL } from '../sign-in/ticket.ts';
import { TRANSACTION_TTL } from '../sign-in/transactions.ts';

// `__Host-`: only this host can set it, over a secure channel, for no other path (RFC 6265bis section 4.1.3.2).
// Browsers count loopback as secure.
const NAME = '__Host-latchkey';
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Lax';
/** So many sign-ins may be under way in one browser; an older one then has to start again (T40). */
const MAX_SECRETS = 4;

/** No page elsewhere has a reason to lead here with this one, so it comes along from our own pages alone. */
const SETTINGS = { name: '__Host-latchkey-settings', attributes: 'Path=/; Secure; HttpOnly; SameSite=Strict' };

/** The secrets of the transactions that this browser began, newest first. */
export function readTransactionCookie(header: string | undefined): string[] {
  const secrets = readCookie(header, NAME)?.split('.') ?? [];
  return secrets.filter(isSecret).slice(0, MAX_SECRETS);
}

/** `Set-Cookie` that adds a transaction to those of this browser. */
export function addTransactionCookie(secrets: readonly string[], added: string): string {
  const value = [added, ...secrets].slice(0, MAX_SECRETS).join('.');
  return `${NAME}=${value}; ${ATTRIBUTES}; Max-Age=${TRANSACTION_TTL / 1000}`;
}

/** What lets this browser use the settings page. */
export function readSettingsCookie(header: string | undefined): string | undefined {
  return readCookie(header, SETTINGS.name);
}

/** `Set-Cookie` for a settings page that was opened. */
export function settingsCookie(session: string): string {
  return `${SETTINGS.name}=${session}; ${SETTINGS.attributes}; Max-Age=${SETTINGS_TTL / 1000}`;
}

/** Who this browser is in Web Chat: until it is closed. Pages of the same site may use it, none of another. */
const CHAT = { name: '__Host-latchkey-chat', attributes: 'Path=/; Secure; HttpOnly; SameSite=Strict' };

/** Whom this browser is in Web Chat, sealed. */
export function readChatCookie(header: string | undefined): string | undefined {
  return readCookie(header, CHAT.name);
}

/** `Set-Cookie` for who this browser is in Web Chat. */
export function chatCookie(session: string): string {
  return `${CHAT.name}=${session}; ${CHAT.attributes}`;
}

/** Another person than the asker signed in from this browser: the next sign-in asks which account. It decides nothing else. */
const WRONG_PERSON = '__Host-latchkey-choose';

export function readWrongPersonCookie(header: string | undefined): boolean {
  return readCookie(header, WRONG_PERSON) === '1';
}

/** `Set-Cookie` for it. @param isWrong false takes it back */
export function wrongPersonCookie(isWrong: boolean): string {
  return `${WRONG_PERSON}=${isWrong ? '1' : ''}; ${ATTRIBUTES}; Max-Age=${isWrong ? TRANSACTION_TTL / 1000 : 0}`;
}

function readCookie(header: string | undefined, name: string): string | undefined {
  const cookies = (header ?? '').split(';').map((cookie) => cookie.trim());
  return cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1);
}
