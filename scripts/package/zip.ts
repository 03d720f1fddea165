import { type Zippable, zipSync } from 'fflate';

/** A zip of these files, in the order of their names. The same bytes on every machine: fflate compresses in JavaScript,
 * whichever zlib Node brings, and each entry has the first day that a zip can tell. */
export function zip(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  // fflate writes the date in local time: this one is made in local time too, so the time zone falls out.
  const mtime = new Date(1980, 0, 1, 12);
  const entries: Zippable = {};
  for (const name of [...files.keys()].sort()) entries[name] = [files.get(name) ?? new Uint8Array(), {}];
  return zipSync(entries, { mtime, level: 9 });
}
