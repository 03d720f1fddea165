// `npm run dev:teamsfx`, F5's last step: builds, and starts the bot, open to a debugger, with the settings that the Toolkit wrote
// to .localConfigs. ENCRYPTION_KEYS, which the Toolkit cannot make, is added to them once: the store outlives a restart.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs, parseEnv } from 'node:util';
import { ready, root } from './ready.mjs';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { inspect: { type: 'string', default: '9239' }, 'no-build': { type: 'boolean' } },
});
const [file = '.localConfigs'] = positionals;
if (!existsSync(file)) {
  console.error(`${file} is not there: the Toolkit's "Deploy" task (F5) writes it.`);
  process.exit(1);
}
// The Toolkit writes it for everybody on this machine to read, and there are secrets in it.
chmodSync(file, 0o600);
if (!settings().ENCRYPTION_KEYS) {
  appendFileSync(file, `\nENCRYPTION_KEYS=k1:${randomBytes(32).toString('base64')}\n`);
}
if (!values['no-build']) ready();
const bot = spawn(process.execPath, [`--inspect=${values.inspect}`, join(root, 'dist', 'bot', 'index.js')], {
  stdio: 'inherit',
  // The settings of the file alone decide: F5 is the same whatever the terminal has.
  env: { ...process.env, ...settings() },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => bot.kill(signal));
bot.on('exit', (code) => process.exit(code ?? 1));

function settings() {
  return parseEnv(readFileSync(file, 'utf8'));
}
