import { type JsonText, jsonString } from './json-writer.ts';

/** A TextBlock and a FactSet would interpret Markdown (T51).
 * @param extra more properties, each with a comma before it */
export function richText(inlines: JsonText, extra = ''): JsonText {
  return `{"type":"RichTextBlock","inlines":[${inlines}]${extra}}` as JsonText;
}

/** @param extra more properties, each with a comma before it */
export function textRun(text: string, extra = ''): JsonText {
  return `{"type":"TextRun","text":${jsonString(text)}${extra}}` as JsonText;
}
