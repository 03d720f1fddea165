import type { Credential } from '../providers/identity-provider.ts';
import type { User } from '../user.ts';

/** The seam to single sign-on: what the Teams client got for a person becomes a credential of theirs, or not. Those that
 * promise may throw {@link ProviderError}, and nothing else. */
export interface SingleSignOn {
  /** What the channel gets a token for. */
  readonly resource: string;
  /** Whether it is this very asker's, for us, and from a Teams client. @returns why not, for the log */
  refusalOf(token: string, asker: User): Promise<string | undefined>;
  /** On behalf of the asker. Only for a token that was not refused. */
  exchange(token: string, asker: User): Promise<Exchanged>;
  /** Nothing of what was exchanged for them is to be used again. */
  evict(asker: User): void;
}

export type Exchanged =
  | { credential: Credential }
  /** They have not allowed it yet. */
  | { wants: 'consent' }
  /** Only a sign-in helps: a policy asks for it, in `claims`, or the provider refused the token. */
  | { wants: 'sign_in'; claims?: string };
