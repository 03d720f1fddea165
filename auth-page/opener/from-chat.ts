import { speakOfChat } from '../view/view.ts';

const KEY = 'from-chat';

/** A note in this tab: an identity provider's page may remove the opener. */
export function noteOpenedByChat(): void {
  speakOfChat();
  try {
    sessionStorage.setItem(KEY, 'yes');
  } catch {
    // Storage may be off. The page may then mention Teams.
  }
}

/** Also true if Web Chat opened the start page before this page. */
export function isOpenedByChat(): boolean {
  return isOpenerChat() || isNoted();
}

/** The chat page does not use teams-js, so this page need not wait for Teams. */
function isOpenerChat(): boolean {
  try {
    return window.opener?.location.pathname === '/chat';
  } catch {
    return false; // The opener has another origin.
  }
}

function isNoted(): boolean {
  try {
    return sessionStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}
