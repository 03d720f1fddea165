import * as z from 'zod';
import { isSafeUrl } from '../../platform/safe-url.ts';
import { HTTPS_OR_LOOPBACK } from '../env.ts';
import type { PresetValue } from './preset.ts';

const NAME = '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$';

/** `<clientId>` of a preset's file, or `<your client ID>` of a page. */
const PLACEHOLDER = /^<[^<>]*>$/;

/** A value becomes part of addresses, so its type decides what it may have in it: it must not change where an address
 * leads, and must not bring a place such as `{query}` into it.
 * @returns a schema whose output is the value as the preset's texts need it, without a slash at the end */
export function presetValueSchema(
  value: PresetValue,
  loopback: boolean,
): z.ZodType<string | undefined, string | undefined> {
  const schema = schemaOf(value, loopback);
  const { about, default: fallback, optional } = value;
  if (fallback !== undefined) return schema.describe(`${about} The default is ${fallback}.`).default(fallback);
  return optional ? schema.optional().describe(about) : schema.describe(about);
}

function schemaOf({ type, pattern = NAME, example, about }: PresetValue, loopback: boolean): z.ZodType<string, string> {
  switch (type) {
    case 'origin':
    case 'url':
      return z.url().transform((text, context) => {
        const problem = problemOf(text, type, loopback);
        if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
        return problem === undefined ? withoutSlash(new URL(text)) : z.NEVER;
      });
    case 'name':
      return z
        .string()
        .regex(
          new RegExp(pattern),
          example === undefined ? `must match ${pattern}` : `must be a name, such as ${example}: ${about}`,
        );
    case 'text':
    case 'secret':
      return z
        .string()
        .min(1)
        .regex(/^[^\p{Cc}]*$/u, 'must be one line, without control characters')
        .refine((text) => !PLACEHOLDER.test(text), 'is a placeholder: write your own value in place of it');
  }
}

/** `new URL` accepts braces in a host. */
const HOST = /^(?:[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){0,30}\.?|\[[0-9a-f:.]+\])$/;

function problemOf(text: string, type: 'origin' | 'url', loopback: boolean): string | undefined {
  if (!isSafeUrl(text, loopback)) return HTTPS_OR_LOOPBACK;
  const { hostname, pathname, search, hash } = new URL(text);
  if (text.includes('\\') || !HOST.test(hostname)) return 'must be a URL, such as https://wiki.example.com';
  if (search || hash) return 'must be an address without ? and #';
  return type === 'origin' && pathname !== '/'
    ? 'must be an address without a path, such as https://wiki.example.com'
    : undefined;
}

function withoutSlash({ origin, pathname }: URL): string {
  return `${origin}${pathname}`.replace(/\/+$/, '');
}
