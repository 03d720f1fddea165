import { onSignedIn } from '../signed-in.ts';
import { newToken } from './broker.ts';
import { createChat } from './web-chat.ts';

/** Web Chat, in which this browser talks to the bot: `GET /chat`. */
const WINDOW = 'popup,width=600,height=680';

async function main(): Promise<void> {
  const chat = createChat({
    element: part('chat'),
    nonce: nonceOfPage(),
    signIn,
    // What has expired can't be refreshed: whoever is here goes on in a new conversation, and is who they were.
    expired: () => void newToken().then(chat.open).catch(fail),
  });
  chat.open(await newToken());
  onSignedIn(chat.signedIn);
  part('opening').hidden = true;
}

/** Our own page, in a window that can close itself. */
function signIn(url: string): void {
  window.open(url, 'latchkey-sign-in', WINDOW);
}

function fail(): void {
  part('opening').hidden = true;
  part('failed').hidden = false;
}

function nonceOfPage(): string {
  return document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? '';
}

function part(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no #${id}`);
  return element;
}

main().catch(fail);
