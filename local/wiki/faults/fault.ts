/** JSON of `/__fault`, with `WIKI_FAULTS=1`. */
export interface Fault {
  /** Calls; default 1. */
  times?: number;
  /** Milliseconds before the response. */
  delay?: number;
  /** Sends no response. */
  hang?: boolean;
  /** Closes the connection without a response. */
  reset?: boolean;
  /** 302. */
  redirect?: string;
  status?: number;
  /** Seconds, or an HTTP date. */
  retryAfter?: number | string;
  headers?: Record<string, string>;
  body?: string;
  contentType?: string;
  /** Cuts the real JSON in half. */
  truncate?: boolean;
  /** Closes the connection halfway through the real response. */
  cut?: boolean;
  /** Spaces before the real response. */
  bytes?: number;
  /** With `bytes`, a gzip bomb. */
  gzip?: boolean;
  /** Adds every form of "the next page is at this origin". */
  continueHost?: string;
}

export interface Call {
  method: string;
  url: string;
  userAgent: string | undefined;
  /** W3C Trace Context. */
  traceparent: string | undefined;
  authorization: boolean;
  /** Start of the Authorization header's SHA-256, to compare tokens. */
  fingerprint?: string;
}
