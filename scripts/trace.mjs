// `npm run trace`: lists the modules and functions of bot/ that one code exchange and one query of a signed-in user use.
// docs/ARCHITECTURE.md has the numbers. It does not run on Windows, which has no SIGUSR2.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ready, root } from './setup/ready.mjs';

/** For the sign-in and the searches, on a busy machine. */
const TIMEOUT_MS = 60_000;

ready();
const { withStack } = await import('../dist/local/script/stack.js');
const { signIn } = await import('../dist/local/script/sign-in.js');
const { startProcess } = await import('../dist/local/processes.js');
const { ADA } = await import('../dist/local/people.js');

const folder = join(root, 'dist', 'trace');
try {
  compile();
  await withStack(async ({ connector, transcript, stack }) => {
    await stack.bot.stop();
    const script = join(root, 'scripts', 'trace-hook.mjs');
    const bot = await startProcess({ name: 'traced bot', script, env: stack.botEnv });
    try {
      await Promise.race([trace({ connector, transcript, botUrl: stack.botUrl, bot }), late()]);
    } finally {
      // It may be stopped in the debugger, and then hears nothing else.
      await bot.stop('SIGKILL');
    }
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The built bot is one file; here its modules stay apart. */
function compile() {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', root, '--outDir', folder], { stdio: 'inherit' });
  if (status !== 0) throw new Error('The bot does not compile');
  cpSync(join(root, 'dist', 'auth-page'), join(folder, 'auth-page'), { recursive: true });
}

async function trace({ connector, transcript, botUrl, bot }) {
  const written = (name) =>
    [...bot.output().matchAll(new RegExp(`^trace ${name} (.*)\n`, 'gm'))].map(([, json]) => JSON.parse(json));
  const calledModules = async () => {
    const { length } = written('called');
    bot.child.kill('SIGUSR2');
    while (written('called').length === length) await once(bot.child.stdout, 'data');
    return written('called').at(-1);
  };
  const search = async (text, state) => {
    const query = { commandId: 'insertWiki', text, ...(state !== undefined && { state }) };
    const { body } = await connector.post(botUrl, connector.queryActivity(ADA, query));
    return body.composeExtension;
  };

  const prompt = await search('lakers');
  const code = await signIn(transcript, botUrl, prompt.suggestedActions.actions[0].value);
  await search('lakers', code);
  await calledModules();
  const { type } = await search('celtics');
  if (type !== 'result') throw new Error(`Expected results, got ${type}`);
  const called = await calledModules();

  const exchange = written('exchange').at(-1);
  const complete = exchange.findIndex(({ module, name }) => module === 'bot/sign-in/sign-in.ts' && name === 'complete');
  if (complete < 0) throw new Error('No SignIn.complete on the way to openid-client');
  const below = exchange.length - complete - 1;
  list(
    `frames of one code exchange, from the route to openid-client; ${below} below SignIn.complete`,
    exchange.map(({ module, name }) => `${module} ${name}`),
  );
  const request = written('request').findLast((frames) =>
    frames.some(({ module }) => module.startsWith('bot/sources/')),
  );
  const modules = [...new Set(request.map(({ module }) => module))];
  list("modules on the path of one query, from the route to the source's request", modules);
  list('modules that one query calls in all', called.sort());
}

async function late() {
  await sleep(TIMEOUT_MS, undefined, { ref: false });
  throw new Error(`The trace did not end within ${TIMEOUT_MS / 1000} s`);
}

function list(title, entries) {
  console.log(`\n${entries.length} ${title}:\n${entries.map((entry) => `  ${entry}`).join('\n')}`);
}
