/** `main.ts` imports this module first, so that the OAuth response leaves the address bar and the history before other
 * code runs. */
export const address = takeAddress(document.documentElement.dataset.page === 'callback');

interface Address {
  /** The third segment of `/auth/callback/<connection id>`; otherwise empty. */
  connection: string;
  query: URLSearchParams;
}

/** The start page keeps its ticket in the address, so that a reload works. `location.replace` drops it later. */
function takeAddress(clean: boolean): Address {
  const { pathname, search } = window.location;
  if (clean) window.history.replaceState(null, '', pathname);
  return { connection: lastSegment(pathname), query: new URLSearchParams(search) };
}

function lastSegment(pathname: string): string {
  try {
    return decodeURIComponent(pathname.split('/')[3] ?? '');
  } catch {
    return ''; // Not a connection's id; the server refuses the empty one.
  }
}
