import type { SignInEnd } from './teams-host.ts';
import { SignInWindow, type SignInWindowOptions } from './window.ts';

/** The part that waits for the window. */
type PendingSignIn = 'search' | 'task' | 'links' | 'settings' | 'chat';

/** Teams has one sign-in window. */
export class SignIns {
  readonly #options: Omit<SignInWindowOptions, 'url'>;
  #current: { window: SignInWindow; waiting: PendingSignIn } | undefined;

  constructor(options: Omit<SignInWindowOptions, 'url'>) {
    this.#options = options;
  }

  /** @param ended not called if another sign-in replaced the window or {@link close} closed it */
  async open(url: URL, waiting: PendingSignIn, ended: (end: SignInEnd) => void): Promise<void> {
    this.#current?.window.close();
    const opened = { window: new SignInWindow({ ...this.#options, url }), waiting };
    this.#current = opened;
    const end = await opened.window.end;
    if (this.#current !== opened) return;
    this.#current = undefined;
    ended(end);
  }

  changeTheme(theme: string): void {
    this.#current?.window.changeTheme(theme);
  }

  /** Only if this part waits for the window. */
  close(waiting: PendingSignIn): void {
    if (this.#current?.waiting !== waiting) return;
    const { window } = this.#current;
    this.#current = undefined;
    window.close();
  }
}
