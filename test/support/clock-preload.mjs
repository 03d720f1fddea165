// Loaded into a bot by NODE_OPTIONS: its clock is what a test wrote into the file, where the file is not empty; with a
// plus, so much ahead of the real one.
import { readFileSync } from 'node:fs';

const real = Date.now;
const path = new URL(import.meta.url).searchParams.get('file');
Date.now = () => {
  const text = readFileSync(path, 'utf8');
  return text.startsWith('+') ? real() + Number(text) : Number(text) || real();
};
