import type { ActiveCredential } from './credentials/credentials.ts';
import type { Account, ShownAccount } from './providers/identity-provider.ts';

/** What the pop-up's first call ends with. */
export interface StartedSignIn {
  authorizationUrl: string;
  /** The transaction's secret, for this browser's cookie; none where another service has the transaction. */
  cookie?: string;
  proven: boolean;
  /** The asker is this browser itself, in Web Chat. */
  inBrowser?: true;
}

/** What the callback page posts: the provider's answer, or its refusal. */
export type AuthorizationResponse = { connectionId: string; state: string } & (
  | { code: string; iss: string | undefined }
  | { error: string; hint?: string | undefined }
);

/** What the pop-up does next. */
export type SignInOutcome =
  /** The gate is passed: the same pop-up goes on to the connection's own provider. */
  | { next: 'continue'; authorizationUrl: string }
  | { next: 'done'; securityCode: string; proven: boolean; inBrowser?: true }
  | {
      next: 'confirm';
      confirmation: string;
      asker: { name: string; tenantId: string };
      /** Whether the Teams window behind the pop-up is known to be the asker's. */
      teamsUser: 'verified' | 'unknown';
      account: ShownAccount;
      connection: { id: string; title: string };
      /** A ticket to sign in with another account. */
      again: string;
    };

/** The person's, on the confirm page. */
export type Decision = 'connect' | 'cancel';

export type ConfirmationOutcome = { next: 'done'; securityCode: string; proven: false } | { next: 'cancelled' };

/** Leaves out what is not for the page. */
export function shownOf({ name, unnamed }: Account): ShownAccount {
  return unnamed ? { name, unnamed } : { name };
}

/** A connection, and the asker's account there. */
export interface ConnectionAccount {
  id: string;
  title: string;
  account?: ShownAccount;
}

/** Where to sign in. */
export interface SignInPrompt {
  url: string;
  /** The channel may first try to get a token without a window. */
  exchange?: TokenExchangeResource;
  /** So may a messaging extension (`silentAuth`): the app package names what the token is for. */
  isInPackage?: boolean;
}

/** What the channel gets a token for, and brings back with this id (Bot Framework's token exchange resource). */
export interface TokenExchangeResource {
  id: string;
  uri: string;
  /** Of the identity provider; Entra, where it is not said. */
  providerId?: string;
  /** Comes back with the token: which connection it is for (`SignIn.chat.connectionForExchange`). */
  connectionName: string;
}

/** Whether an asker can search now. */
export type SignInState =
  | ({ state: 'signed_in' } & ActiveCredential)
  /** Where to sign in, if that is known by now. `challenged`: a policy wants more than the token that was brought. */
  | { state: 'signed_out'; prompt?: SignInPrompt; challenged?: true }
  /** Who asks is known, and has to allow something first; the claims that are asked for, where there are some. */
  | { state: 'consent_required' }
  /** Too many wrong codes; until then (milliseconds since the epoch). */
  | { state: 'paused'; until: number };
