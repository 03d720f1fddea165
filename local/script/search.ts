import { ADA } from '../people.ts';
import { signIn } from './sign-in.ts';
import { withStack } from './stack.ts';

/** The main job without a browser: plays Teams over HTTP and prints each step.
 * @throws {Error} that names the failed step */
export async function runScript(text: string): Promise<void> {
  await withStack(async ({ connector, transcript, stack }) => {
    const search = <T>(step: string, expect: (response: QueryResponse) => T, state?: string) =>
      transcript.step(step, async () => {
        const query = { commandId: 'insertWiki', text, ...(state !== undefined && { state }) };
        const { status, body } = await connector.post(stack.botUrl, connector.queryActivity(ADA, query));
        const response = (body as Reply | undefined)?.composeExtension;
        if (status !== 200 || !response) throw new Error(`status ${status}`);
        return { value: expect(response), note: `${status} ${response.type}` };
      });
    const startUrl = await search(`${ADA.name} searches “${text}”`, expectSignIn);
    const securityCode = await signIn(transcript, stack.botUrl, startUrl);
    const again = 'Teams reissues the query with the security code';
    printResults(text, await search(again, expectResults, securityCode));
    await search('a later search needs no sign-in', expectResults);
  });
}

interface Reply {
  composeExtension: QueryResponse;
}

interface QueryResponse {
  type: string;
  text?: string;
  attachments?: Attachments;
  suggestedActions?: { actions: { value: string }[] };
}

type Attachments = {
  content: { actions?: { url: string }[] };
  preview: { content: { title: string; text?: string } };
}[];

function expectSignIn({ type, suggestedActions }: QueryResponse): string {
  const url = suggestedActions?.actions[0]?.value;
  if (type !== 'auth' || url === undefined) throw new Error(`expected a sign-in prompt, got ${type}`);
  return url;
}

function expectResults({ type, text, attachments }: QueryResponse): Attachments {
  if (type !== 'result' || !attachments?.length) throw new Error(`expected results, got ${type}: ${text ?? ''}`);
  return attachments;
}

const MAX_PRINTED = 5;

function printResults(text: string, attachments: Attachments): void {
  console.log(`\n${attachments.length} results for “${text}”\n`);
  for (const [index, { content, preview }] of attachments.slice(0, MAX_PRINTED).entries()) {
    console.log(`${String(index + 1).padStart(3)}. ${preview.content.title}`);
    if (preview.content.text) console.log(`     ${preview.content.text.replace(/\s+/g, ' ').slice(0, 110)}`);
    const link = content.actions?.[0]?.url;
    if (link) console.log(`     ${link}`);
  }
  const more = attachments.length - MAX_PRINTED;
  console.log(more > 0 ? `     … and ${more} more\n` : '');
}
