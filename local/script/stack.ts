import { BOT_ID } from '../people.ts';
import { type Stack, startStack } from '../stack.ts';
import { type Connector, createConnector } from '../teams/connector/connector.ts';
import { Transcript } from './transcript.ts';

interface ScriptContext {
  connector: Connector;
  transcript: Transcript;
  stack: Stack;
}

/** Starts and always ends the bot and its stand-ins. */
export async function withStack(play: (stage: ScriptContext) => Promise<void>): Promise<void> {
  const connector = await createConnector({ botId: BOT_ID });
  const transcript = new Transcript();
  try {
    const stack = await transcript.step('start bot, identity provider and wiki', async () => ({
      value: await startStack({ metadataUrl: connector.metadataUrl }),
      note: 'ready',
    }));
    try {
      await play({ connector, transcript, stack });
    } finally {
      await stack.stop();
    }
  } finally {
    await connector.close();
  }
}
