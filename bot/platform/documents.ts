import { LatchkeyError } from './latchkey-error.ts';

/* Documents that other services make: how large each may become. A limit guards memory; it must not guess what a document
 * is like today. The Connector's key set grew from tens of KB to 1 MB. */

/** A kind of document of another service. */
export interface DocumentKind {
  /** For the log and the doctor. */
  name: string;
  /** After decompression. */
  maxBytes: number;
}

const KB = 1024;
const MB = 1024 * KB;

export const CONNECTOR_METADATA: DocumentKind = { name: 'the Connector’s metadata', maxBytes: MB };
export const CONNECTOR_KEYS: DocumentKind = { name: 'the Connector’s key set', maxBytes: 4 * MB };
export const DISCOVERY_DOCUMENT: DocumentKind = { name: 'the discovery document', maxBytes: MB };
export const PROVIDER_KEYS: DocumentKind = { name: 'the provider’s key set', maxBytes: MB };
export const TOKEN_ANSWER: DocumentKind = { name: 'the token answer', maxBytes: 256 * KB };
/** Of a provider's or service's API: an account, a page. */
export const API_ANSWER: DocumentKind = { name: 'the answer', maxBytes: MB };
export const CHANNEL_ANSWER: DocumentKind = { name: 'the channel’s answer', maxBytes: 256 * KB };

export const DIRECT_LINE_ANSWER: DocumentKind = { name: 'Direct Line’s answer', maxBytes: 256 * KB };

/** @param size where it is known. Bytes */
export function tooLarge({ name, maxBytes }: DocumentKind, size: number | undefined): string {
  return `${name} is larger than ${sizeOf(maxBytes)}${size === undefined ? '' : `: ${sizeOf(size)}`}`;
}

/** Rounded up, so that what is over a limit never reads like the limit. */
function sizeOf(bytes: number): string {
  return bytes < MB ? `${Math.ceil(bytes / KB)} KB` : `${Math.ceil((bytes * 10) / MB) / 10} MB`;
}

/** The message names the limit: it belongs in the log. */
export class ResponseTooLarge extends LatchkeyError {
  override readonly name = 'AnswerTooLarge';
  readonly code = 'ANSWER_TOO_LARGE';

  /** @param size of the answer, where it said so. Bytes */
  constructor(limit: number | DocumentKind, size?: number) {
    super(typeof limit === 'number' ? `The answer is larger than ${limit} bytes` : tooLarge(limit, size));
  }
}
