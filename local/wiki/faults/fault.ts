/** What goes wrong with the next calls of the API. Posted to `/__fault` as JSON, with `WIKI_FAULTS=1` alone. */
export interface Fault {
  /** How many calls it hits; 1 unless said. */
  times?: number;
  /** Milliseconds before anything is answered. */
  delay?: number;
  /** Takes the request and never answers. */
  hang?: boolean;
  /** Closes the connection without an answer. */
  reset?: boolean;
  /** 302 to this address. */
  redirect?: string;
  status?: number;
  /** Seconds, or an HTTP date. */
  retryAfter?: number | string;
  headers?: Record<string, string>;
  body?: string;
  contentType?: string;
  /** The real answer, its JSON cut in half. */
  truncate?: boolean;
  /** The real answer promised, the connection cut in the middle of it. */
  cut?: boolean;
  /** This many bytes of blanks before the real answer. */
  bytes?: number;
  /** Packs the answer with gzip: with `bytes`, a bomb. */
  gzip?: boolean;
  /** The real answer, with every way to say "the next page is at this origin". */
  continueHost?: string;
}

/** What the log keeps of a call; of a token no more than a fingerprint. */
export interface Call {
  method: string;
  url: string;
  userAgent: string | undefined;
  /** W3C Trace Context's header. */
  traceparent: string | undefined;
  /** Was there an Authorization header? */
  authorization: boolean;
  /** First digits of its SHA-256, to tell whether two calls carried the same. */
  fingerprint?: string;
}
