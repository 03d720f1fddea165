import { inflateRawSync } from 'node:zlib';

/** Bytes, after decompression: a package's are some KB each. */
const MAX_BYTES = 1024 * 1024;
const MAX_ENTRIES = 100;
const [END, ENTRY] = [0x06054b50, 0x02014b50];
const [END_SIZE, ENTRY_SIZE, LOCAL_SIZE] = [22, 46, 30];

/** The files of a zip archive (PKWARE's APPNOTE sections 4.3.7, 4.3.12, 4.3.16), stored or deflated, by name.
 * @throws {Error} for what is none, or too large to be an app package */
export function readZip(bytes: Buffer): Map<string, Buffer> {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < 0 || end + END_SIZE > bytes.length || bytes.readUInt32LE(end) !== END)
    throw new Error('it is no zip archive');
  const count = bytes.readUInt16LE(end + 10);
  if (count > MAX_ENTRIES) throw new Error(`it holds ${count} files`);
  const files = new Map<string, Buffer>();
  let at = bytes.readUInt32LE(end + 16);
  for (let each = 0; each < count; each++) {
    const { name, content, next } = readEntry(bytes, at);
    if (!name.endsWith('/')) files.set(name, content);
    at = next;
  }
  return files;
}

function readEntry(bytes: Buffer, at: number) {
  if (at + ENTRY_SIZE > bytes.length || bytes.readUInt32LE(at) !== ENTRY)
    throw new Error('it is a damaged zip archive');
  const [method, size] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20)];
  const [nameSize, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset)) as [
    number,
    number,
    number,
  ];
  const name = bytes.toString('utf8', at + ENTRY_SIZE, at + ENTRY_SIZE + nameSize);
  const local = bytes.readUInt32LE(at + 42);
  const start = local + LOCAL_SIZE + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  const packed = bytes.subarray(start, start + size);
  const content = method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: MAX_BYTES });
  return { name, content, next: at + ENTRY_SIZE + nameSize + extra + comment };
}
