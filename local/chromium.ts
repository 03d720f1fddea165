import { accessSync, constants } from 'node:fs';
import { delimiter, resolve } from 'node:path';

/** The shell needs less than a third of the time: it has no windows and menus to prepare. */
export const CHROMIUM_NAMES = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
] as const;

/** For a browser that sends no request beside those of the pages. */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-gpu',
  // One process for all pages of a profile: half the time for each page.
  '--disable-site-isolation-trials',
  '--renderer-process-limit=1',
] as const;

/** @param names names of programs, or absolute paths
 * @returns the path of the first one that is in `PATH` */
export function findInPath(names: readonly string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.flatMap((folder) => names.map((name) => resolve(folder, name))).find(isExecutable);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
