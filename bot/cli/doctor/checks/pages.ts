import type { Check, Issue } from '../check.ts';
import type { Answered } from '../probes/probe.ts';
import { describeFailure, hasResponse } from '../probes/probe-all.ts';
import { forReachableService, PROXY } from './address.ts';

function forEachPage(find: (page: Answered) => Issue[]): Check['find'] {
  return forReachableService(({ pages }) =>
    pages
      .filter(hasResponse)
      .filter(({ status }) => status === 200)
      .flatMap(find),
  );
}

export const pageChecks: readonly Check[] = [
  {
    id: 'page-opener-policy',
    section: 'Network',
    severity: 'error',
    needs: ['BASE_URL'],
    why: 'It cuts the pop-up from Teams: people sign in, the window closes, and nothing happens.',
    requires: 'network',
    find: forEachPage(({ url, headers }) => {
      const policy = headers.get('cross-origin-opener-policy');
      if (policy === null || policy.split(';')[0]?.trim() === 'unsafe-none') return [];
      return [
        {
          what: `${url} has a Cross-Origin-Opener-Policy header, which Latchkey never sends`,
          fix: `Take the header off in ${PROXY}: nginx: proxy_hide_header Cross-Origin-Opener-Policy; and no add_header of it for /auth/`,
        },
      ];
    }),
  },
  {
    id: 'page-reachable',
    section: 'Network',
    severity: 'error',
    needs: ['BASE_URL'],
    why: 'The pop-up shows an error page, or nothing.',
    requires: 'network',
    find: forReachableService(({ pages }) =>
      pages
        .filter((page) => !hasResponse(page) || page.status !== 200)
        .map((page) => ({
          what: `${page.url} ${describeFailure(page)}`,
          fix: `Let ${PROXY} pass /auth/ as it is, without redirects and without a login of its own`,
        })),
    ),
  },
  {
    id: 'page-policy',
    section: 'Network',
    severity: 'error',
    needs: ['BASE_URL'],
    why: "Without it a page of somebody else's can frame the sign-in, or script can be put into it; with another it may stay blank.",
    requires: 'network',
    find: forEachPage(({ url, headers }) => {
      const policies = (headers.get('content-security-policy') ?? '').split(',');
      const ours = policies.some(
        (policy) => /default-src 'none'/.test(policy) && /frame-ancestors 'none'/.test(policy),
      );
      if (ours && policies.length === 1) return [];
      return [
        {
          what: `${url} comes with ${ours ? 'another Content-Security-Policy beside its own' : 'no Content-Security-Policy of ours'}`,
          fix: `Let ${PROXY} neither add nor change Content-Security-Policy for /auth/`,
        },
      ];
    }),
  },
  {
    id: 'page-stored',
    section: 'Network',
    severity: 'error',
    needs: ['BASE_URL'],
    why: 'The address of the page holds a ticket or a code; where it is kept, somebody else may be given it.',
    requires: 'network',
    find: forEachPage(({ url, headers }) => {
      if (/\bno-store\b/.test(headers.get('cache-control') ?? '')) return [];
      return [
        {
          what: `${url} comes without Cache-Control: no-store`,
          fix: `Let ${PROXY} pass Cache-Control as it is, and cache nothing below /auth/`,
        },
      ];
    }),
  },
];
