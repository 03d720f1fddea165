import { speakOfChat } from './view.ts';

const KEY = 'from-chat';

/** Notes in this tab that Web Chat opened it, because an identity provider's page may remove the opener. */
export function noteOpenedByChat(): void {
  speakOfChat();
  try {
    sessionStorage.setItem(KEY, 'yes');
  } catch {
    // Storage may be off. The page then mentions Teams if the provider removed the opener.
  }
}

/** True if Web Chat opened this page, or the start page before it in this tab. */
export function isOpenedByChat(): boolean {
  return isOpenerChat() || isNoted();
}

/** The chat page does not use teams-js, so the page need not wait for Teams. */
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
