/** The parts of the `adaptivecards` package that the page uses. The script defines it as a global. */
interface AdaptiveCardsModule {
  AdaptiveCard: {
    new (): {
      parse(json: unknown, context: unknown): void;
      render(): HTMLElement | undefined;
      validateProperties(): { validationEvents: { message: string }[] };
    };
    onProcessMarkdown: (text: string, result: { outputHtml?: string; didProcess: boolean }) => void;
  };
  SerializationContext: new (version: unknown) => { eventCount: number; getEventAt(at: number): { message: string } };
  Versions: { v1_4: unknown };
}

/** Runs in the browser: renders the card like the most careless host, which treats Markdown as HTML. */
export function renderInPage({ content, preview }: { content: unknown; preview: { title: string; text?: string } }) {
  const { AdaptiveCard, SerializationContext, Versions } = (
    globalThis as unknown as { AdaptiveCards: AdaptiveCardsModule }
  ).AdaptiveCards;
  AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = text;
    result.didProcess = true;
  };
  const card = new AdaptiveCard();
  const context = new SerializationContext(Versions.v1_4);
  card.parse(content, context);
  const rendered = card.render();
  const list = document.createElement('div');
  list.innerHTML = `${preview.title}<hr>${preview.text ?? ''}`;
  document.body.replaceChildren(...(rendered ? [rendered] : []), list);
  const elements = [...(rendered?.querySelectorAll('*') ?? [])];
  const parsed = Array.from({ length: context.eventCount }, (_, at) => context.getEventAt(at).message);
  return {
    problems: [...parsed, ...card.validateProperties().validationEvents.map(({ message }) => message)],
    tags: elements.map(({ tagName }) => tagName),
    handlers: elements.flatMap((element) => element.getAttributeNames().filter((name) => name.startsWith('on'))),
    text: rendered?.textContent ?? '',
    buttons: elements.filter((element) => element.tagName === 'BUTTON').map(({ textContent }) => textContent),
    pictures: elements.flatMap((element) => (element instanceof HTMLImageElement ? [[element.src, element.alt]] : [])),
    previewTags: [...list.querySelectorAll(':not(hr)')].map(({ tagName }) => tagName),
  };
}
