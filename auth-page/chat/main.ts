import { onSignedIn } from '../signed-in.ts';
import { type Issued, newToken, nextToken } from './broker.ts';
import { drawChat } from './web-chat.ts';

/** Web Chat, in which this browser talks to the bot: `GET /chat`. */
const WINDOW = 'popup,width=600,height=680';

async function main(): Promise<void> {
  let issued = await newToken();
  const renew = async (): Promise<Issued> => {
    issued = await nextToken(issued).catch(newToken);
    return issued;
  };
  const signedIn = drawChat({ issued, element: part('chat'), nonce: nonceOfPage(), renew, signIn });
  onSignedIn(signedIn);
  part('opening').hidden = true;
}

/** Our own page, in a window that can close itself. */
function signIn(url: string): void {
  window.open(url, 'latchkey-sign-in', WINDOW);
}

function nonceOfPage(): string {
  return document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? '';
}

function part(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no #${id}`);
  return element;
}

main().catch(() => {
  part('opening').hidden = true;
  part('failed').hidden = false;
});
