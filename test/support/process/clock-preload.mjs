// Loaded into a bot by NODE_OPTIONS: its clock is what a test wrote into the file, where the file is not empty; with a
// plus, so much ahead of the real one. A time that is set stops the monotonic clock too, and moves it on by what the set
// times move on. A clock that is ahead, or set back, is wrong: the monotonic clock goes on as ever.
import { readFileSync } from 'node:fs';

const real = Date.now;
const realMonotonic = performance.now.bind(performance);
const path = new URL(import.meta.url).searchParams.get('file');
let stopped;
const setTime = () => {
  const text = readFileSync(path, 'utf8');
  const time = text.startsWith('+') ? 0 : Number(text);
  // The first time that is set is where both clocks stop.
  if (time) stopped ??= { time, monotonic: realMonotonic() };
  return { text, time };
};
Date.now = () => {
  const { text, time } = setTime();
  return text.startsWith('+') ? real() + Number(text) : time || real();
};
performance.now = () => {
  const { time } = setTime();
  return time ? Math.max(stopped.monotonic, stopped.monotonic + time - stopped.time) : realMonotonic();
};
