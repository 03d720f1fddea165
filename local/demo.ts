import { parseArgs } from 'node:util';
import { runChatScript } from './script/chat.ts';
import { runScript } from './script/search.ts';
import { serve } from './serve.ts';

// `npm run demo`: the production bot with stand-ins, all on loopback. `-- --script lakers` runs the main job once over
// HTTP; `-- --chat lakers` does so in a chat with the bot.
const USAGE = `Usage: npm run demo                         start everything and print where to click
       npm run demo -- --port 4978         … on ports 4978 to 4984 instead of 3978 to 3984
       npm run demo -- --verbose           … and print the logs of all parts
       npm run demo -- --script lakers     search once without a browser, and print each step
       npm run demo -- --chat lakers       the same in a chat with the bot`;

await main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const { script, chat, port, verbose, help } = readArguments();
  if (help) console.log(USAGE);
  else if (script !== undefined) await runScript(script);
  else if (chat !== undefined) await runChatScript(chat);
  else await serve(port, verbose);
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        script: { type: 'string' },
        chat: { type: 'string' },
        port: { type: 'string', default: '3978' },
        verbose: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 1024 || port > 65_529) throw new Error('--port must be from 1024 to 65529');
    for (const name of ['script', 'chat'] as const) {
      if (values[name]?.trim() === '') throw new Error(`--${name} needs a word to search for`);
    }
    return { ...values, port };
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${USAGE}`);
  }
}
