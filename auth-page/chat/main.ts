import { onSignInEnd } from '../opener/chat-channel.ts';
import { newToken } from './broker.ts';
import { createChat } from './web-chat.ts';

const SIGN_IN_WINDOW = 'latchkey-sign-in';
const SIGN_IN_WINDOW_FEATURES = 'popup,width=600,height=680';

async function main(): Promise<void> {
  const chat = createChat({
    element: element('chat'),
    nonce: nonceOfPage(),
    signIn,
    // An ended or expired conversation cannot be refreshed.
    ended: () => void newToken().then(chat.open).catch(fail),
  });
  chat.open(await newToken());
  onSignInEnd(chat.signInEnded);
  element('opening').hidden = true;
}

/** A window that a script opened can close itself. */
function signIn(url: string): void {
  const isOpen = window.open(url, SIGN_IN_WINDOW, SIGN_IN_WINDOW_FEATURES) !== null;
  const blocked = element('blocked');
  blocked.hidden = isOpen;
  if (isOpen) return;
  // Browsers do not block a link that the user clicks.
  const link = blocked.querySelector('a');
  link?.setAttribute('href', url);
  link?.addEventListener('click', () => setTimeout(() => Object.assign(blocked, { hidden: true })), { once: true });
  link?.focus();
}

function fail(): void {
  element('opening').hidden = true;
  element('failed').hidden = false;
}

function nonceOfPage(): string {
  return document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? '';
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no #${id}`);
  return found;
}

main().catch(fail);
