/** An address in quotation marks, for a command that an operator pastes into a shell. A service can choose part of the
 * address, in a redirect or a discovery document. */
export function shellUrl(url: string): string {
  return `'${url.replaceAll("'", '%27')}'`;
}
