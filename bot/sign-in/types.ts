import type { ActiveCredential } from './credentials/opened-credentials.ts';
import type { Account, ShownAccount } from './providers/identity-provider.ts';

export interface StartedSignIn {
  authorizationUrl: string;
  /** For this browser's cookie. Absent if another service runs the transaction. */
  cookie?: string;
  proven: boolean;
  /** The user is a Web Chat browser. */
  inBrowser?: true;
}

/** The callback page posts it. */
export type AuthorizationResponse = { connectionId: string; state: string } & (
  | { code: string; iss: string | undefined }
  | { error: string; hint?: string | undefined }
);

export type SignInOutcome =
  /** The identity check succeeded. The pop-up continues to the connection's provider. */
  | { next: 'continue'; authorizationUrl: string }
  | { next: 'done'; securityCode: string; proven: boolean; inBrowser?: true }
  | {
      next: 'confirm';
      confirmation: string;
      asker: { name: string; tenantId: string };
      /** `verified`: Teams named this user to the page. */
      teamsUser: 'verified' | 'unknown';
      account: ShownAccount;
      connection: { id: string; title: string };
      again: string;
    };

export type Decision = 'connect' | 'cancel';

export type ConfirmationOutcome = { next: 'done'; securityCode: string; proven: false } | { next: 'cancelled' };

export function shownOf({ name, unnamed }: Account): ShownAccount {
  return unnamed ? { name, unnamed } : { name };
}

export interface ConnectionAccount {
  id: string;
  title: string;
  account?: ShownAccount;
}

export interface SignInPrompt {
  url: string;
  /** The channel first tries to get a token without a window. */
  exchange?: TokenExchangeResource;
  /** A messaging extension tries it too (`silentAuth`), because the app package names the token's audience. */
  isInPackage?: boolean;
}

/** Bot Framework's token exchange resource: the channel returns a token for `uri` with `id`. */
export interface TokenExchangeResource {
  id: string;
  uri: string;
  providerId?: string;
  /** Comes back with the token (`SignIn.chat.connectionForExchange`). */
  connectionName: string;
}

export type SignInState =
  | ({ state: 'signed_in' } & ActiveCredential)
  /** `prompt` is absent if not known yet. `challenged`: a policy requires more than the given token. `codeMissing`: the
   * person confirmed an account, and the client did not return the code. */
  | { state: 'signed_out'; prompt?: SignInPrompt; challenged?: true; codeMissing?: true }
  | { state: 'consent_required' }
  /** Too many wrong codes. `until` is in milliseconds since the epoch. */
  | { state: 'paused'; until: number };
