// Loaded into a bot by NODE_OPTIONS: if the file is not empty, its content is the bot's time; with a plus, the time by
// which the bot is ahead. A fixed time also stops the monotonic clock, which then advances with each newly fixed time.
// A clock that is ahead, or set back, is wrong, so the monotonic clock continues.
import { readFileSync } from 'node:fs';

const real = Date.now;
const realMonotonic = performance.now.bind(performance);
const path = new URL(import.meta.url).searchParams.get('file');
let stopped;
const setTime = () => {
  const text = readFileSync(path, 'utf8');
  const time = text.startsWith('+') ? 0 : Number(text);
  // Both clocks stop at the first fixed time.
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
