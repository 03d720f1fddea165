/** @see https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const UNKNOWN_AUTHORITY = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_UNTRUSTED',
]);

/** @returns what a code of a network error means for an operator, or an empty text */
export function explainCode(code: string): string {
  if (code.startsWith('PROXY_')) return `: ${explainProxyCode(code.slice('PROXY_'.length))}`;
  if (UNKNOWN_AUTHORITY.has(code))
    return ': Node does not know the authority of its certificate; NODE_EXTRA_CA_CERTS=<a PEM file with that authority>';
  return '';
}

function explainProxyCode(reason: string): string {
  const [, status] = /^ANSWERED_(\d+)$/.exec(reason) ?? [];
  if (status === '407') return 'the proxy of HTTPS_PROXY wants a user and a password, or others than it got';
  if (status === '403') return 'the proxy of HTTPS_PROXY does not allow this host';
  if (status !== undefined) return `the proxy of HTTPS_PROXY answered ${status}`;
  if (UNKNOWN_AUTHORITY.has(reason)) return `the proxy of HTTPS_PROXY cannot be verified${explainCode(reason)}`;
  return 'the proxy of HTTPS_PROXY cannot be reached';
}
