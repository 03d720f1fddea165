// `node scripts/trace.mjs`: lists the modules of bot/ that one query of a signed-in user passes through, and the frames of
// bot/ between the route and the token request of one code exchange. docs/ARCHITECTURE.md has both numbers.
import { spawn, spawnSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ready, root } from './ready.mjs';

/** For each line that the bot writes. */
const TIMEOUT_MS = 30_000;

ready();
const folder = join(root, 'dist', 'trace');
// The bot is one bundle in dist/: here its modules stay apart.
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const compiled = spawnSync(process.execPath, [tsc, '-p', root, '--outDir', folder], { stdio: 'inherit' });
if (compiled.status !== 0) process.exit(compiled.status ?? 1);
try {
  symlinkSync('../auth-page', join(folder, 'auth-page'));
} catch (error) {
  if (error.code !== 'EEXIST') throw error;
}

const { withStack } = await import('../dist/local/script-stack.js');
const { signIn } = await import('../dist/local/script-sign-in.js');
const { ADA } = await import('../dist/local/people.js');

await withStack(async ({ connector, transcript, stack }) => {
  await stack.bot.stop();
  const bot = startTracedBot(stack.botEnv);
  try {
    await Promise.all([bot.line(/listening on port/), bot.line(/trace: ready/)]);
    const search = async (text, state) => {
      const query = { commandId: 'insertWiki', text, ...(state !== undefined && { state }) };
      const { body } = await connector.post(stack.botUrl, connector.queryActivity(ADA, query));
      return body.composeExtension;
    };
    const prompt = await search('lakers');
    const code = await signIn(transcript, stack.botUrl, prompt.suggestedActions.actions[0].value);
    await search('lakers', code);
    bot.child.kill('SIGUSR2');
    await bot.line(/trace: counting/);
    const { type } = await search('celtics');
    if (type !== 'result') throw new Error(`Expected results, got ${type}`);
    bot.child.kill('SIGUSR2');
    const called = entriesOf(await bot.line(/^trace: called (.*)$/m));
    const path = entriesOf(await bot.line(/^trace: query (.*)$/m));
    const exchange = entriesOf(await bot.line(/^trace: exchange (.*)$/m));
    const modules = [...new Set(path.map((frame) => frame.split(' ')[0]))];
    report(`frames from the route to the token request of one code exchange`, exchange.reverse());
    report(`modules on the path of one query, from the route to the source`, modules.reverse());
    report(`modules called by one query in all`, called.sort());
  } finally {
    bot.child.kill('SIGTERM');
  }
});

function startTracedBot(env) {
  const args = ['--import', join(root, 'scripts', 'trace-hook.mjs'), join(folder, 'bot', 'index.js')];
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, TRACE_FOLDER: pathToFileURL(`${folder}/`).href, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  const waiting = new Set();
  child.stdout.on('data', (chunk) => {
    output += chunk;
    for (const check of waiting) check();
  });
  const line = (pattern) =>
    new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error(`The bot did not write ${pattern} in time`)), TIMEOUT_MS).unref();
      const check = () => {
        const match = pattern.exec(output);
        if (match) resolve(match);
        return match && waiting.delete(check);
      };
      if (!check()) waiting.add(check);
    });
  return { child, line };
}

function entriesOf([, json]) {
  return JSON.parse(json);
}

function report(title, entries) {
  console.log(`\n${entries.length} ${title}:\n${entries.map((each) => `  ${each}`).join('\n')}`);
}
