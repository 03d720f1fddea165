// The bot that scripts/trace.mjs asks, with a debugger in a second thread: a thread cannot stop itself. At each outgoing
// call the bot stops for a moment, and the debugger writes which functions of bot/ led there, also through awaits. At
// SIGUSR2 it writes the modules of bot/ of which a function ran since the last SIGUSR2.
import { readFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

const bot = new URL('../dist/trace/bot/', import.meta.url).href;
/** The functions that call out. */
const OUTGOING = [
  { name: 'exchange', url: import.meta.resolve('openid-client'), declaration: 'function authorizationCodeGrant(' },
  { name: 'request', url: `${bot}platform/http-client.js`, declaration: 'function send(' },
];
/** They call the routes. A stack goes on from there to the start of the process. */
const SERVER = ['bot/http/server.ts', 'bot/http/http-server.ts'];

if (isMainThread) {
  const thread = new Worker(new URL(import.meta.url));
  await new Promise((resolve) => thread.once('message', resolve));
  process.on('SIGUSR2', () => thread.postMessage('called'));
  await import(`${bot}index.js`);
} else {
  const session = new Session();
  session.connectToMainThread();
  // Keeps this thread alive, which a session does not.
  parentPort.on('message', () => writeCalledModules(session));
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  await writeStacks(session);
  parentPort.postMessage('ready');
}

async function writeStacks(session) {
  const urls = new Map();
  session.on('Debugger.scriptParsed', ({ params: { scriptId, url } }) => urls.set(scriptId, url));
  await session.post('Debugger.enable');
  await session.post('Debugger.setAsyncCallStackDepth', { maxDepth: 64 });
  const names = new Map();
  for (const { name, url, declaration } of OUTGOING) {
    const lines = readFileSync(fileURLToPath(url), 'utf8').split('\n');
    // Lines count from zero: this is the one after the declaration.
    const lineNumber = lines.findIndex((line) => line.includes(declaration)) + 1;
    if (lineNumber === 0) throw new Error(`No ${declaration} in ${url}`);
    const { breakpointId } = await session.post('Debugger.setBreakpointByUrl', { url, lineNumber });
    names.set(breakpointId, name);
  }
  session.on('Debugger.paused', async ({ params: { callFrames, asyncStackTrace, hitBreakpoints } }) => {
    const frames = callFrames.map(({ functionName, location: { scriptId } }) => ({ functionName, scriptId }));
    for (let trace = asyncStackTrace; trace; trace = trace.parent) frames.push(...trace.callFrames);
    const ours = frames.flatMap(({ functionName, scriptId }) => {
      const module = moduleOf(urls.get(scriptId));
      return module ? { module, name: functionName || '(anonymous)' } : [];
    });
    const server = ours.findIndex(({ module }) => SERVER.includes(module));
    // Not what the bot asks for when it starts.
    if (server > 0) write(names.get(hitBreakpoints[0]), ours.slice(0, server).reverse());
    await session.post('Debugger.resume');
  });
}

/** Each answer counts from the one before it. */
async function writeCalledModules(session) {
  const { result } = await session.post('Profiler.takePreciseCoverage');
  const called = result.filter(({ functions }) => functions.some(({ ranges }) => ranges[0].count > 0));
  const modules = called.flatMap(({ url }) => moduleOf(url) ?? []);
  write('called', modules);
}

function moduleOf(url = '') {
  return url.startsWith(bot) ? url.replace(bot, 'bot/').replace(/\.js$/, '.ts') : undefined;
}

function write(name, entries) {
  console.log(`trace ${name} ${JSON.stringify(entries)}`);
}
