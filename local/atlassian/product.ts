import type { LocalAccount, LocalIssuer } from '../identity-provider/issuers.ts';
import type { Html } from '../identity-provider/pages/html.ts';
import type { Reply } from '../oauth2/service.ts';

/** What differs between Jira and Confluence. */
export interface Product {
  /** Name, color and accounts of its sign-in pages. */
  issuer: LocalIssuer;
  /** Of the browser session. Cookies do not depend on the port, so each product has its own. */
  cookie: string;
  /** Answers a request for `/rest/api/…`. @returns `undefined` for an unknown resource @throws {QueryError} */
  api(request: ApiRequest): Reply | undefined;
  refuseQuery(message: string): Reply;
  /** The page that a link of a result leads to. @returns `undefined` if it does not exist, or if this person may not
   * see it */
  page(url: URL, account: LocalAccount | undefined): { title: string; body: Html } | undefined;
}

export interface ApiRequest {
  url: URL;
  account: LocalAccount;
  /** Of this server. */
  origin: string;
}
