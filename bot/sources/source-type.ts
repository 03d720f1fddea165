import * as z from 'zod';
import type { Source } from './source.ts';

/** What every source has among its settings. */
interface SourceSettings {
  type: string;
  /** Its address: access tokens go to its origin alone. */
  url: string;
  imageOrigins: string[];
}

/** A type of source, as the table in `config/source-types.ts` lists it. */
export interface SourceType<Settings extends SourceSettings> {
  /** @param userAgent who calls, and where to find out more: for the source's operators.
   * @throws {TypeError} where the settings cannot be used */
  build(settings: Settings, userAgent: string): Source;
  /** Every address in the settings beside `url` and `imageOrigins`, by its field: all must be safe to send a token or a
   * person to. */
  addresses(settings: Settings): Record<string, string | readonly string[] | undefined>;
  /** Addresses whose origins cards may lead to. */
  cardUrls(settings: Settings): string[];
  /** Addresses on whose origins `getAndHead` looks up links: some of `cardUrls`, or none. */
  pageUrls(settings: Settings): string[];
}

/** Gives the functions the settings of the schema, which are the fields of `source` in `connections.json`. */
export function sourceType<Schema extends z.ZodObject & z.ZodType<SourceSettings>>(
  type: { schema: Schema } & SourceType<z.infer<Schema>>,
): { schema: Schema } & SourceType<z.infer<Schema>> {
  return type;
}

export const text = z.string().min(1);
const origins = z.array(z.url()).default([]);
export const imageOrigins = origins.describe('More origins of images that cards may show.');
/** Where cards may lead, and show images from, beside the source's own origin. */
export const places = { linkOrigins: origins.describe('More origins that cards may lead to.'), imageOrigins };

/** Says which setting it is that can't be used. */
export function withSettingName<T>(setting: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new TypeError(`${setting}: ${(error as Error).message}`);
  }
}
