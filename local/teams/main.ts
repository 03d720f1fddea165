import { BOT_ID } from '../people.ts';
import { readCommands } from './commands.ts';
import { startTeams } from './server.ts';

const { env } = process;
const port = Number(env.PORT ?? 3981);
const teams = await startTeams({
  port,
  botUrl: env.BOT_URL ?? 'http://localhost:3978',
  botId: env.BOT_ID ?? BOT_ID,
  commands: readCommands({ COMMANDS: env.COMMANDS, CONNECTIONS_FILE: env.CONNECTIONS_FILE }),
  ...(env.ORIGIN && { origin: env.ORIGIN }),
  ...(env.DIRECT_LINE_SECRET && { directLineSecret: env.DIRECT_LINE_SECRET }),
  ...(env.IDENTITY_PROVIDER_URL && { identityProviderUrl: env.IDENTITY_PROVIDER_URL }),
});
console.log(`Teams client at ${teams.url} listening on port ${port}`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void teams.close();
  });
}
