// Loaded into the bot by scripts/trace.mjs (`node --import`). Each query and each code exchange stops, for a moment, at the
// outgoing call, and writes the call stack of the bot's own functions, through awaits. SIGUSR2 starts counting calls, and a
// second one writes every module that was called in between.
import { readFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { fileURLToPath } from 'node:url';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

const OURS = /\/trace\/(bot\/[^:)]+)\.js/;
/** Where the bot calls out: the file, and the function in it. */
const OUTGOING = [
  ['exchange', fileURLToPath(import.meta.resolve('openid-client')), 'async function authorizationCodeGrant('],
  ['query', workerData?.httpClient, 'function send('],
];

if (isMainThread) countModules();
else await reportStacks();

function countModules() {
  const session = new Session();
  let isCounting = false;
  process.on('SIGUSR2', async () => {
    if (!isCounting) {
      isCounting = true;
      session.connect();
      await session.post('Profiler.enable');
      await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
      await session.post('Profiler.takePreciseCoverage');
      console.log('trace: counting');
      return;
    }
    const { result } = await session.post('Profiler.takePreciseCoverage');
    const isCalled = ({ functions }) =>
      functions.some(({ functionName, ranges }) => functionName && ranges[0].count > 0);
    console.log(
      `trace: called ${JSON.stringify(result.filter(isCalled).flatMap(({ url }) => OURS.exec(url)?.[1] ?? []))}`,
    );
  });
  const httpClient = new URL('bot/platform/http-client.js', process.env.TRACE_FOLDER);
  const worker = new Worker(new URL(import.meta.url), {
    execArgv: [],
    workerData: { httpClient: fileURLToPath(httpClient) },
  });
  worker.on('error', (error) => console.error(error));
  worker.unref();
}

/** A debugger in a thread of its own: the main thread cannot stop itself. */
async function reportStacks() {
  const session = new Session();
  session.connectToMainThread();
  const urls = new Map();
  session.on('Debugger.scriptParsed', ({ params: { scriptId, url } }) => urls.set(scriptId, url));
  session.on('Debugger.paused', ({ params: { callFrames, asyncStackTrace, hitBreakpoints } }) => {
    const frames = callFrames.map(({ functionName, location }) => [functionName, urls.get(location.scriptId)]);
    for (let trace = asyncStackTrace; trace; trace = trace.parent) {
      frames.push(...trace.callFrames.map(({ functionName, scriptId }) => [functionName, urls.get(scriptId)]));
    }
    const ours = frames
      .filter(([, url]) => OURS.test(url))
      .map(([name, url]) => `${OURS.exec(url)[1]} ${name || '(arrow)'}`);
    console.log(`trace: ${names.get(hitBreakpoints[0])} ${JSON.stringify(ours)}`);
    session.post('Debugger.resume');
  });
  await session.post('Debugger.enable');
  await session.post('Debugger.setAsyncCallStackDepth', { maxDepth: 64 });
  const names = new Map();
  for (const [name, file, text] of OUTGOING) {
    const lines = readFileSync(file, 'utf8').split('\n');
    const lineNumber = lines.findIndex((line) => line.includes(text)) + 1;
    const urlRegex = `.*${file.replace(/[.\\]/g, '\\$&')}$`;
    const { breakpointId } = await session.post('Debugger.setBreakpointByUrl', { urlRegex, lineNumber });
    names.set(breakpointId, name);
  }
  console.log('trace: ready');
}
