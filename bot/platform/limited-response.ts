import { AnswerTooLarge, announcedSize, type DocumentKind } from './documents.ts';

/** The body as text, refused once it is longer than its kind may be, after decompression. @throws {AnswerTooLarge} */
export async function readBody({ body, headers }: Response, kind: DocumentKind): Promise<string> {
  if (!body) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > kind.maxBytes) {
      const [length, encoding] = [headers.get('content-length'), headers.get('content-encoding')];
      throw new AnswerTooLarge(kind, announcedSize({ length, encoding }));
    }
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}
