import type { Owner } from '../../store/store.ts';
import type { Credential, RevocableTokens } from '../providers/identity-provider.ts';
import type { Vault } from './vault.ts';

/** A credential as it lies in the store: encrypted, and bound to its owner and version. */
export interface SealedCredential extends Owner {
  version: string;
  sealed: string;
}

/** Seals a credential so that it opens for this owner and version alone. */
export function sealCredential(vault: Vault, owner: Owner, version: string, credential: Credential): string {
  return vault.seal('credential', binding(owner, version), credential);
}

/** Seals what is left to be revoked, in the place of the whole credential (T97). */
export function sealRevocable(vault: Vault, discarded: SealedCredential, left: RevocableTokens): string {
  return vault.seal('credential', binding(discarded, discarded.version), left);
}

/** Opens what waits for its revocation. @throws {SealError} */
export function openRevocable(vault: Vault, discarded: SealedCredential): RevocableTokens {
  return vault.open('credential', binding(discarded, discarded.version), discarded.sealed) as RevocableTokens;
}

/** @throws {SealError} when it was altered, moved to another owner, or its key is gone. */
export function openCredential(vault: Vault, stored: SealedCredential): Credential {
  return vault.open('credential', binding(stored, stored.version), stored.sealed) as Credential;
}

/** The same credential for the same owner and version, sealed with the key that encrypts now. @throws {SealError} */
export function reseal(vault: Vault, stored: SealedCredential): string {
  return sealRevocable(vault, stored, openRevocable(vault, stored));
}

function binding({ asker, connectionId }: Owner, version: string): string {
  return `${asker.tenantId}/${asker.objectId}/${connectionId}/${version}`;
}
