import { SignInWindow, type SignInWindowOptions } from './sign-in-window.ts';
import type { SignInEnd } from './teams-host.ts';

/** Who waits for the window: the search, the task module, the links in the compose box, the settings, or a chat with the bot. */
type PendingSignIn = 'search' | 'task' | 'links' | 'settings' | 'chat';

/** The one sign-in window that Teams has, and who waits for it. */
export class SignIns {
  readonly #options: Omit<SignInWindowOptions, 'url'>;
  #current: { window: SignInWindow; waiting: PendingSignIn } | undefined;

  constructor(options: Omit<SignInWindowOptions, 'url'>) {
    this.#options = options;
  }

  /** Opens the window. @param ended hears how it went, unless somebody else's window took its place or it was closed */
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

  /** Closes the window that somebody waits for: they do not wait any more. */
  close(waiting: PendingSignIn): void {
    if (this.#current?.waiting !== waiting) return;
    const { window } = this.#current;
    this.#current = undefined;
    window.close();
  }
}
