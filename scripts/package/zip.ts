import { type Zippable, zipSync } from 'fflate';

/** Sorted by name and identical on every machine: fflate compresses in JavaScript, independent of Node's zlib, and each
 * entry has the earliest date of the zip format. */
export function zip(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  // fflate writes local time. This date is local too, so the time zone has no effect.
  const mtime = new Date(1980, 0, 1, 12);
  const entries: Zippable = {};
  for (const name of [...files.keys()].sort()) entries[name] = [files.get(name) ?? new Uint8Array(), {}];
  return zipSync(entries, { mtime, level: 9 });
}
