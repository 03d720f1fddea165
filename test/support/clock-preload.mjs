// Loaded into a bot by NODE_OPTIONS: its clock is what a test wrote into the file, where the file is not empty.
import { readFileSync } from 'node:fs';

const real = Date.now;
const path = new URL(import.meta.url).searchParams.get('file');
Date.now = () => Number(readFileSync(path, 'utf8')) || real();
