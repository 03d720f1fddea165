import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Manifest, ReportProblem } from '../../bot/app-package/types.ts';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
/** Pixels per side. */
const SIZES = { color: 192, outline: 32 } as const;

/** Teams rejects other sizes. */
export function readIcons(folder: string, { icons }: Manifest, note: ReportProblem): Map<string, Uint8Array> {
  const found = (['color', 'outline'] as const).flatMap((which) => {
    const file = icons[which];
    const png = readIcon(folder, file);
    const problem = png ? wrongWith(png, SIZES[which]) : 'is missing, or not a file in appPackage';
    if (problem === undefined && png) return [[file, png] as const];
    const fix = `Draw it anew: node appPackage/icons/draw.mjs (${SIZES[which]} × ${SIZES[which]} pixels).`;
    note({ level: 'error', code: 'icon', what: `the ${which} icon (appPackage/${file}) ${problem}`, fix });
    return [];
  });
  return new Map(found);
}

function readIcon(folder: string, file: string): Buffer | undefined {
  if (basename(file) !== file) return undefined;
  try {
    return readFileSync(join(folder, 'appPackage', file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The size is in the first chunk, IHDR (PNG 1.2, section 4.1.1). */
function wrongWith(png: Buffer, size: number): string | undefined {
  if (png.length < 24 || !png.subarray(0, 8).equals(SIGNATURE)) return 'is not a PNG';
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  return width === size && height === size ? undefined : `is ${width} × ${height} pixels, not ${size} × ${size}`;
}
