import { isIP } from 'node:net';

/** Below these everybody has a host of their own, each a site: of the public suffix list, those on which chat pages live.
 * The list itself is long, and changes weekly. */
const SUFFIXES = [
  'azurewebsites.net',
  'azurestaticapps.net',
  'azurefd.net',
  'azureedge.net',
  'azure-api.net',
  'azurecontainerapps.io',
  'cloudapp.net',
  'cloudapp.azure.com',
  'trafficmanager.net',
  'cloudfront.net',
  'devtunnels.ms',
  'ngrok.io',
  'ngrok-free.app',
  'github.io',
  'gitlab.io',
  'pages.dev',
  'workers.dev',
  'netlify.app',
  'vercel.app',
  'web.app',
  'herokuapp.com',
];
/** `co.uk`, `com.au` and their like. */
const OF_COUNTRY = /(?:^|\.)((?:ac|co|com|edu|go|gov|ne|net|or|org)\.[a-z]{2})$/;

/** Whether a browser takes two origins for different sites, as far as it can be told without the whole list of public
 * suffixes: of what it calls the same some may not be (HTML, "schemelessly same site" and its scheme). */
export function isCrossSite(one: URL, other: URL): boolean {
  return one.protocol !== other.protocol || siteOf(one.hostname) !== siteOf(other.hostname);
}

/** The suffix and one name more. */
function siteOf(host: string): string {
  if (isIP(host.replace(/^\[|\]$/g, '')) !== 0) return host;
  const known = SUFFIXES.find((suffix) => host.endsWith(`.${suffix}`)) ?? OF_COUNTRY.exec(host)?.[1];
  const suffix = known ?? host.split('.').at(-1) ?? '';
  const below =
    host
      .slice(0, -suffix.length - 1)
      .split('.')
      .at(-1) ?? '';
  return below === '' ? host : `${below}.${suffix}`;
}
