import { parsePointer } from '../../../platform/json-pointer.ts';
import { type Account, ProviderError } from '../identity-provider.ts';
import { sanitizeDisplayName } from '../oauth/id-token.ts';
import type { OAuth2Settings } from './settings.ts';

const MAX_ID_LENGTH = 255;

/** Reads whose account it is. The name is only for display: it can change hands, but the id cannot.
 * @throws {ProviderError} without an id */
export function accountReader({ account }: OAuth2Settings): (answer: unknown) => Account {
  const idAt = parsePointer(account.id);
  const namesAt = [account.name, account.email].filter((pointer) => pointer !== undefined).map(parsePointer);
  return (answer) => {
    const id = idOf(idAt(answer));
    const subject = sanitizeDisplayName(id);
    if (id === undefined || subject === '')
      throw new ProviderError('invalid_response', `there is no id at account.id (${account.id})`);
    const name = namesAt.map((at) => sanitizeDisplayName(at(answer))).find(Boolean);
    return name === undefined ? { name: subject, unnamed: true, subject: id } : { name, subject: id };
  };
}

function idOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' && value.length <= MAX_ID_LENGTH ? value : undefined;
}
