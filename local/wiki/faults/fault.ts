/** A fault of the next API calls: JSON for `/__fault`, only with `WIKI_FAULTS=1`. */
export interface Fault {
  /** The number of calls; default 1. */
  times?: number;
  /** Milliseconds before the response. */
  delay?: number;
  /** Never answers. */
  hang?: boolean;
  /** Closes the connection without a response. */
  reset?: boolean;
  /** 302 to this address. */
  redirect?: string;
  status?: number;
  /** Seconds, or an HTTP date. */
  retryAfter?: number | string;
  headers?: Record<string, string>;
  body?: string;
  contentType?: string;
  /** The real response with its JSON cut in half. */
  truncate?: boolean;
  /** Closes the connection in the middle of the real response. */
  cut?: boolean;
  /** This many spaces before the real response. */
  bytes?: number;
  /** Compresses the response with gzip: with `bytes`, a bomb. */
  gzip?: boolean;
  /** The real response, with every form of "the next page is at this origin". */
  continueHost?: string;
}

/** A logged call, with only a fingerprint of its token. */
export interface Call {
  method: string;
  url: string;
  userAgent: string | undefined;
  /** W3C Trace Context's header. */
  traceparent: string | undefined;
  /** True if it had an Authorization header. */
  authorization: boolean;
  /** The first digits of the header's SHA-256, to compare tokens. */
  fingerprint?: string;
}
