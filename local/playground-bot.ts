import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Running, startProcess } from './processes.ts';
import { BOT_SCRIPT, startStack } from './stack.ts';

/** Without a registration, the bot accepts the Agents Playground's requests, which have no token. */
interface PlaygroundBot {
  bot: Running;
  /** The bot and its stand-ins. */
  parts: readonly Running[];
  stop(): Promise<void>;
}

/** Without a registration, the bot uses no Connector. */
const NO_BOT = { BOT_ID: undefined, BOT_TYPE: undefined, BOT_OPENID_METADATA: undefined };

/** Starts the bot alone if the settings name a connections file, otherwise with the stand-ins.
 * @param settings override the bot's environment */
export function startForPlayground(
  port: number,
  settings: Record<string, string>,
  onOutput: (text: string) => void,
): Promise<PlaygroundBot> {
  return settings.CONNECTIONS_FILE === undefined
    ? startWithStandIns(port, settings, onOutput)
    : startAlone(port, settings, onOutput);
}

async function startWithStandIns(
  port: number,
  settings: Record<string, string>,
  onOutput: (text: string) => void,
): Promise<PlaygroundBot> {
  const stack = await startStack({
    ports: { bot: port, identityProvider: port + 1, wiki: port + 2 },
    botEnv: { ...settings, PORT: String(port), ...NO_BOT },
    onOutput: (name, text) => name === 'bot' && onOutput(text),
  });
  const { bot, parts, stop } = stack;
  return { bot, parts, stop };
}

async function startAlone(
  port: number,
  settings: Record<string, string>,
  onOutput: (text: string) => void,
): Promise<PlaygroundBot> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-'));
  const forget = () => rmSync(folder, { recursive: true, force: true });
  const env = {
    BASE_URL: `http://localhost:${port}`,
    ALLOWED_TENANTS: '*',
    STORE_URL: `sqlite:${join(folder, 'latchkey.db')}`,
    ENCRYPTION_KEYS: `playground:${randomBytes(32).toString('base64')}`,
    ...settings,
    PORT: String(port),
  };
  try {
    const bot = await startProcess({ name: 'bot', script: BOT_SCRIPT, env, onOutput });
    const stop = async () => {
      await bot.stop();
      forget();
    };
    return { bot, parts: [bot], stop };
  } catch (error) {
    forget();
    throw error;
  }
}
