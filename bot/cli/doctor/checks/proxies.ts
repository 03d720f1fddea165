import { isLoopback } from '../../../platform/safe-url.ts';
import type { Check } from '../check.ts';

export const proxyChecks: readonly Check[] = [
  {
    id: 'trusted-proxies-missing',
    section: 'Network',
    severity: 'warning',
    needs: ['BASE_URL', 'TRUSTED_PROXIES'],
    why: 'Everybody behind the proxy shares one limit: on a busy morning sign-ins are refused with "too often".',
    find: ({ project: { settings } }) => {
      const { baseUrl, trustedProxies } = settings;
      // The service itself speaks plain http: where it is public, something in front of it ends TLS.
      if (baseUrl === undefined || isLoopback(new URL(baseUrl)) || trustedProxies.length > 0) return [];
      return [
        {
          what: 'BASE_URL is https, so a proxy is in front, and TRUSTED_PROXIES does not name it',
          fix: 'TRUSTED_PROXIES=loopback   (where it is on this machine), or its network: TRUSTED_PROXIES=10.0.0.0/8',
        },
      ];
    },
  },
  {
    id: 'trusted-proxies-broad',
    section: 'Network',
    severity: 'error',
    needs: ['TRUSTED_PROXIES'],
    why: 'Strangers can claim any address, so the limits on sign-ins stop nobody.',
    find: ({ project: { settings } }) =>
      settings.trustedProxies.filter(isBroad).map((proxy) => ({
        what: `TRUSTED_PROXIES believes half the world (${proxy})`,
        fix: "TRUSTED_PROXIES=<the proxy's own address or network>",
      })),
  },
];

/** Larger than the largest private networks: 10.0.0.0/8 and fc00::/7 (RFC 1918, RFC 4193). */
function isBroad(proxy: string): boolean {
  const [network = '', bits] = proxy.split('/');
  return bits !== undefined && /^\d+$/.test(bits) && Number(bits) < (network.includes(':') ? 7 : 8);
}
