import { CookieJar } from './cookie-jar.ts';
import { type PageForm, readForm } from './page-form.ts';

interface SignInByPages {
  authorizationUrl: string;
  username: string;
  password: string;
  /** `cancel` chooses Cancel on the first page, `refuse` on the second. Default: `accept`. */
  decision?: 'accept' | 'cancel' | 'refuse';
  /** Reuse a jar to stay signed in. */
  jar?: CookieJar;
}

interface PageStep {
  name: string;
  status: number;
  ms: number;
}

const MAX_STEPS = 15;
const TIMEOUT = 10_000;

/** Signs in on the provider's real pages: follows redirects and submits forms.
 * @returns the client's callback URL, not opened
 * @throws {Error} for an unexpected page, for example after a wrong password */
export async function signInByPages(options: SignInByPages): Promise<{ callbackUrl: string; steps: PageStep[] }> {
  const start = new URL(options.authorizationUrl);
  const jar = options.jar ?? new CookieJar();
  const steps: PageStep[] = [];
  let next: Request = { name: 'authorization request', url: start };
  while (steps.length < MAX_STEPS) {
    const { step, location, page } = await visit(jar, next);
    steps.push(step);
    if (location && location.origin !== start.origin) return { callbackUrl: location.href, steps };
    next = location ? { name: nameOf(location), url: location } : submit(options, next.url, page);
  }
  throw new Error(`the provider's pages lead nowhere: ${steps.map(({ name }) => name).join(', ')}`);
}

interface Request {
  name: string;
  url: URL;
  form?: URLSearchParams;
}

interface Visited {
  step: PageStep;
  location: URL | undefined;
  page: string;
}

async function visit(jar: CookieJar, { name, url, form }: Request): Promise<Visited> {
  const started = performance.now();
  const response = await fetch(url, {
    method: form ? 'POST' : 'GET',
    redirect: 'manual',
    headers: { accept: 'text/html', cookie: jar.header(url) },
    body: form ?? null,
    signal: AbortSignal.timeout(TIMEOUT),
  });
  const page = await response.text();
  jar.take(url, response.headers.getSetCookie());
  const location = response.headers.get('location');
  const step = { name, status: response.status, ms: Math.round(performance.now() - started) };
  return { step, location: location === null ? undefined : new URL(location, url), page };
}

/** After a wrong password, the page has an alert. */
function submit({ username, password, decision }: SignInByPages, pageUrl: URL, page: string): Request {
  const form = readForm(pageUrl, page);
  const somebodyElse = form.buttons.includes('other') && !page.includes(username);
  if (form.alert) throw new Error(`the provider says: ${form.alert}`);
  if (form.fields.has('username')) form.fields.set('username', username);
  if (form.fields.has('password')) form.fields.set('password', password);
  const button = somebodyElse ? 'other' : press(form, decision ?? 'accept');
  if (button) form.fields.set('action', button);
  return { name: button ?? 'continue', url: form.action, form: form.fields };
}

/** Returns `undefined` for oidc-provider's own form, which a script submits without a choice. */
function press({ buttons }: PageForm, decision: 'accept' | 'cancel' | 'refuse'): string | undefined {
  if (decision === 'cancel' && buttons.includes('cancel')) return 'cancel';
  if (decision === 'refuse' && buttons.includes('accept')) return 'cancel';
  return buttons.find((each) => each === 'sign-in' || each === 'accept' || each === 'continue');
}

function nameOf(url: URL): string {
  return url.pathname.includes('/interaction/') ? 'page' : 'resume';
}
