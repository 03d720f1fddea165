/** `main.ts` imports this module first, so that the OAuth response leaves the address bar and the history at once. */
export const address = takeAddress(document.documentElement.dataset.page === 'callback');

interface Address {
  /** From `/auth/callback/<connection id>`; otherwise empty. */
  connection: string;
  query: URLSearchParams;
}

/** The start page keeps its ticket, so that a reload works. `location.replace` drops it later. */
function takeAddress(clean: boolean): Address {
  const { pathname, search } = window.location;
  if (clean) window.history.replaceState(null, '', pathname);
  return { connection: lastSegment(pathname), query: new URLSearchParams(search) };
}

function lastSegment(pathname: string): string {
  try {
    return decodeURIComponent(pathname.split('/')[3] ?? '');
  } catch {
    return ''; // The server refuses the empty id.
  }
}
