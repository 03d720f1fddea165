import { isObject } from '../../platform/json.ts';

const REDACTED = '[redacted]';

/** Longer runs of characters of a secret are removed, also if a text was cut. */
const WINDOW = 12;
/** Shorter secrets would remove parts of ordinary words. */
const MIN_LENGTH = 4;
/** Terminals obey control characters. Format characters can reverse the direction of a text. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** Longer texts are cut before they are searched for secrets. */
const MAX_TEXT = 65_536;
const MAX_DEPTH = 12;

/** Members and parameters whose value is a secret, or belongs to one sign-in. */
const SECRET_NAME =
  /^(?:code|state|nonce|key|api_?key|sig|signature|auth|session|sid|device_code|code_verifier|code_challenge)$|token|secret|password|passwd|assertion|credential|cookie|authorization/i;
/** These names look like those of secrets. Their values are kinds of tokens, and a cursor of a list. */
const PUBLIC_NAME =
  /^(?:token_type|token_type_hint|client_assertion_type|subject_token_type|requested_token_use|grant_type)$/i;

/** Members of the configuration. */
export const SETTING_NAMES = /^(?:clientSecret|privateKey|password|secret)$/;
export const VARIABLE_NAMES = /(?:SECRET|PASSWORD|PRIVATE_KEY|API_KEY|ENCRYPTION_KEYS)$/;
/** Members of a token answer. */
export const TOKEN_NAMES = /^(?:\w*_)?(?:access|refresh|id)_?token$|^token$/i;

/** Removes the secrets that it knows from texts, and makes texts safe to print. An API can send anything: also the
 * token that it received, or escape sequences for a terminal. */
export class Redaction {
  readonly #secrets = new Set<string>();
  readonly #windows = new Set<string>();

  /** Also remembers the usual encodings of the secret. */
  add(secret: string | undefined): void {
    if (secret === undefined || secret.length < MIN_LENGTH) return;
    for (const form of formsOf(secret)) {
      if (form.length < WINDOW) this.#secrets.add(form);
      for (let at = 0; at + WINDOW <= form.length; at++) this.#windows.add(form.slice(at, at + WINDOW));
    }
  }

  /** Adds each text below a name that says so. */
  addFrom(value: unknown, names: RegExp, depth = 0): void {
    if (depth > MAX_DEPTH) return;
    if (Array.isArray(value)) for (const each of value) this.addFrom(each, names, depth + 1);
    if (!isObject(value)) return;
    for (const [name, member] of Object.entries(value)) {
      if (typeof member === 'string' && names.test(name)) this.add(member);
      else this.addFrom(member, names, depth + 1);
    }
  }

  /** Without secrets and control characters. Shorten the result, not the text. */
  text(text: string): string {
    let shown = this.#withoutWindows(text.slice(0, MAX_TEXT));
    for (const secret of this.#secrets) shown = shown.replaceAll(secret, REDACTED);
    return shown.replace(UNPRINTABLE, '\uFFFD');
  }

  /** At most so many characters. */
  short(text: string, longest: number): string {
    const characters = [...this.text(text).slice(0, 4 * longest)];
    return characters.length > longest ? `${characters.slice(0, longest).join('')}…` : characters.join('');
  }

  /** Every text in the value, and every name. */
  deep<T>(value: T): T {
    if (typeof value === 'string') return this.text(value) as T;
    if (Array.isArray(value)) return value.map((each) => this.deep(each)) as T;
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [this.text(name), this.deep(member)])) as T;
  }

  /** An address, without the values of parameters that name a secret. */
  url(address: string): string {
    if (!URL.canParse(address)) return this.text(address);
    const url = new URL(address);
    if (url.username || url.password) Object.assign(url, { username: '', password: '' });
    const query = url.search.slice(1).split('&').filter(Boolean).map(withoutSecretValue);
    url.hash = '';
    url.search = '';
    return this.text(url.href + (query.length > 0 ? `?${query.join('&')}` : ''));
  }

  /** A form or JSON, without the values that name a secret. */
  body(text: string, contentType = ''): string {
    if (/json/i.test(contentType)) {
      try {
        return this.text(JSON.stringify(withoutSecretMembers(JSON.parse(text))));
      } catch {
        return `(${Buffer.byteLength(text)} bytes that are not JSON)`;
      }
    }
    if (/x-www-form-urlencoded/i.test(contentType)) return this.text(text.split('&').map(withoutSecretValue).join('&'));
    return `(${Buffer.byteLength(text)} bytes)`;
  }

  #withoutWindows(text: string): string {
    if (this.#windows.size === 0 || text.length < WINDOW) return text;
    let [shown, copied] = ['', 0];
    for (let at = 0; at + WINDOW <= text.length; at++) {
      if (!this.#windows.has(text.slice(at, at + WINDOW))) continue;
      let end = at + WINDOW;
      while (end < text.length && this.#windows.has(text.slice(end - WINDOW + 1, end + 1))) end++;
      shown += text.slice(copied, at) + REDACTED;
      copied = end;
      at = end - 1;
    }
    return shown + text.slice(copied);
  }
}

function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name) && !PUBLIC_NAME.test(name);
}

function formsOf(secret: string): Set<string> {
  const bytes = Buffer.from(secret);
  const [inUrl, inJson] = [encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
  return new Set([
    secret,
    inUrl,
    inUrl.replace(/%../g, (escaped) => escaped.toLowerCase()),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    inJson,
    // PHP escapes slashes.
    inJson.replaceAll('/', '\\/'),
  ]);
}

function withoutSecretValue(parameter: string): string {
  const name = parameter.split('=', 1)[0] ?? '';
  return parameter.includes('=') && isSecretName(decoded(name)) ? `${name}=${REDACTED}` : parameter;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function withoutSecretMembers(value: unknown, depth = 0): unknown {
  if (depth > MAX_DEPTH) return '…';
  if (Array.isArray(value)) return value.map((each) => withoutSecretMembers(each, depth + 1));
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([name, member]) => [
    name,
    isSecretName(name) && typeof member === 'string' ? REDACTED : withoutSecretMembers(member, depth + 1),
  ]);
  return Object.fromEntries(members);
}
