import type { ShownAccount } from '../sign-in/providers/identity-provider.ts';
import type { Texts } from './locales/en.ts';

/** What a message calls an account. An id alone tells a person nothing, so the words say what it is. */
export function accountWords({ name, unnamed }: ShownAccount, texts: Texts): string {
  return unnamed ? texts.unnamedAccount(name) : name;
}
