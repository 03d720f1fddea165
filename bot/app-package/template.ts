import * as z from 'zod';
import type { LanguageFile, Manifest, ReportProblem } from './types.ts';

const text = z.string();
const command = z.looseObject({
  id: text,
  type: z.enum(['query', 'action']).optional(),
  title: text,
  description: text.optional(),
  parameters: z.array(z.looseObject({ name: text, title: text, description: text.optional() })).optional(),
  samplePrompts: z.array(z.strictObject({ text })).optional(),
});
const manifest: z.ZodType<Manifest> = z.looseObject({
  $schema: text,
  manifestVersion: text,
  version: text,
  id: text,
  developer: z.looseObject({ name: text, websiteUrl: text, privacyUrl: text, termsOfUseUrl: text }),
  name: z.strictObject({ short: text, full: text.optional() }),
  description: z.looseObject({ short: text, full: text }),
  icons: z.looseObject({ color: text, outline: text }),
  localizationInfo: z
    .looseObject({
      defaultLanguageTag: text,
      additionalLanguages: z.array(z.strictObject({ languageTag: text, file: text })).optional(),
    })
    .optional(),
  composeExtensions: z.tuple([
    z.looseObject({
      botId: text,
      commands: z.array(command),
      messageHandlers: z.never('is generated from the connections: remove it').optional(),
    }),
  ]),
  validDomains: z.never('is generated from BASE_URL: remove it').optional(),
  webApplicationInfo: z.looseObject({ id: text }).optional(),
});
const languageFile: z.ZodType<LanguageFile> = z.record(text, text);

/** @returns `undefined` if it is not a manifest. An unreadable file is already `undefined` and reported. */
export function readTemplate(filled: unknown, note: ReportProblem): Manifest | undefined {
  return read(manifest, filled, 'appPackage/manifest.json', note);
}

export function readLanguageFile(filled: unknown, file: string, note: ReportProblem): LanguageFile | undefined {
  return read(languageFile, filled, `appPackage/${file}`, note);
}

function read<T>(schema: z.ZodType<T>, value: unknown, place: string, note: ReportProblem): T | undefined {
  if (value === undefined) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues) {
    const at = path.map(String).join('.') || 'the file';
    note({ level: 'error', code: 'template.form', what: `${place}: ${at}: ${message}`, fix: `Fix ${place}.` });
  }
  return undefined;
}
