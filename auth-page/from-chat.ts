import { speakOfChat } from './view.ts';

const KEY = 'from-chat';

/** Remembers, in this tab alone, that Web Chat opened it: an identity provider's page may cut it from the chat. */
export function noteOpenedByChat(): void {
  speakOfChat();
  try {
    sessionStorage.setItem(KEY, 'yes');
  } catch {
    // Storage may be switched off. The page then speaks of Teams where the provider cut it from the chat.
  }
}

/** Whether Web Chat opened this page, or the start page before it in this tab. */
export function isOpenedByChat(): boolean {
  return isOpenerChat() || isNoted();
}

/** Our own chat page does not speak teams-js: there is nothing to wait for. */
function isOpenerChat(): boolean {
  try {
    return window.opener?.location.pathname === '/chat';
  } catch {
    return false; // A page of another origin, whose address cannot be read.
  }
}

function isNoted(): boolean {
  try {
    return sessionStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}
