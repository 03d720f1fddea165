// `npm run dev:teamsfx`, the last step of F5: builds, and starts the bot with a debugger port and the Toolkit's
// .localConfigs. It adds ENCRYPTION_KEYS once, because the Toolkit cannot create them and the store survives restarts.
import { randomBytes } from 'node:crypto';
import { appendFileSync, chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs, parseEnv } from 'node:util';
import { runInForeground } from './setup/foreground.mjs';
import { ready, root } from './setup/ready.mjs';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { inspect: { type: 'string', default: '9239' }, 'no-build': { type: 'boolean' } },
});
const [file = '.localConfigs'] = positionals;
if (!existsSync(file)) {
  console.error(`${file} is missing. Press F5 in VS Code: the "Deploy" task of the Toolkit writes it.`);
  process.exit(1);
}
// The Toolkit makes the file readable for all users of the machine, and it contains secrets.
chmodSync(file, 0o600);
if (!settings().ENCRYPTION_KEYS) {
  appendFileSync(file, `\nENCRYPTION_KEYS=k1:${randomBytes(32).toString('base64')}\n`);
}
if (!values['no-build']) ready();
runInForeground([`--inspect=${values.inspect}`, join(root, 'dist', 'bot', 'index.js')], {
  // The file wins over the terminal's environment, so that F5 always behaves alike.
  env: { ...process.env, ...settings() },
});

function settings() {
  return parseEnv(readFileSync(file, 'utf8'));
}
