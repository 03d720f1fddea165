import type { ConnectionConfig } from '../config/connection-schema.ts';
import { type Language, languageFor } from '../platform/language.ts';
import type { Command, ReportProblem } from './types.ts';

interface CommandMessages {
  separator: string;
  title(names: string): string;
  description(names: string): string;
  parameterTitle: string;
  parameterDescription: string;
  /** Three to five, for Copilot. */
  samplePrompts: readonly ((names: string) => string)[];
}

export const COMMAND_TEXTS: Readonly<Record<Language, CommandMessages>> = {
  en: {
    separator: ', ',
    title: (names) => `Search ${names}`,
    description: (names) => `Find something in ${names} and share it as a card`,
    parameterTitle: 'Search',
    parameterDescription: 'Words to look for',
    samplePrompts: [
      (names) => `Search ${names} for onboarding`,
      (names) => `What does ${names} say about travel expenses?`,
      (names) => `Find the release checklist in ${names}`,
    ],
  },
  es: {
    separator: ', ',
    title: (names) => `Buscar en ${names}`,
    description: (names) => `Encuentra algo en ${names} y compártelo como tarjeta`,
    parameterTitle: 'Buscar',
    parameterDescription: 'Palabras que buscar',
    samplePrompts: [
      (names) => `Busca la incorporación de personal en ${names}`,
      (names) => `¿Qué dice ${names} sobre los gastos de viaje?`,
      (names) => `Encuentra la lista de comprobación de lanzamientos en ${names}`,
    ],
  },
  fr: {
    separator: ', ',
    title: (names) => `Rechercher : ${names}`,
    description: (names) => `Trouver un contenu dans ${names} et le partager en carte`,
    parameterTitle: 'Rechercher',
    parameterDescription: 'Mots à rechercher',
    samplePrompts: [
      (names) => `Recherche l’accueil des nouveaux dans ${names}`,
      (names) => `Que dit ${names} des frais de déplacement ?`,
      (names) => `Trouve la liste de contrôle des mises en production dans ${names}`,
    ],
  },
  de: {
    separator: ', ',
    title: (names) => `${names} durchsuchen`,
    description: (names) => `Etwas in ${names} finden und als Karte teilen`,
    parameterTitle: 'Suchen',
    parameterDescription: 'Wörter, nach denen gesucht wird',
    samplePrompts: [
      (names) => `Suche in ${names} nach der Einarbeitung`,
      (names) => `Was steht in ${names} über Reisekosten?`,
      (names) => `Finde die Checkliste für Releases in ${names}`,
    ],
  },
  pt: {
    separator: ', ',
    title: (names) => `Pesquisar em ${names}`,
    description: (names) => `Encontre algo em ${names} e compartilhe como cartão`,
    parameterTitle: 'Pesquisar',
    parameterDescription: 'Palavras a procurar',
    samplePrompts: [
      (names) => `Pesquise integração de novos colegas em ${names}`,
      (names) => `O que ${names} diz sobre despesas de viagem?`,
      (names) => `Encontre a lista de verificação de lançamento em ${names}`,
    ],
  },
  ja: {
    separator: '、',
    title: (names) => `${names} を検索`,
    description: (names) => `${names} から探して、カードとして共有します`,
    parameterTitle: '検索',
    parameterDescription: '検索する語句',
    samplePrompts: [
      (names) => `${names} で新人研修について検索して`,
      (names) => `${names} には出張費について何と書いてありますか？`,
      (names) => `${names} からリリースのチェックリストを探して`,
    ],
  },
  'zh-Hans': {
    separator: '、',
    title: (names) => `搜索 ${names}`,
    description: (names) => `在 ${names} 中查找内容，并以卡片形式共享`,
    parameterTitle: '搜索',
    parameterDescription: '要搜索的字词',
    samplePrompts: [
      (names) => `在 ${names} 中搜索入职培训`,
      (names) => `${names} 中关于差旅费是怎么说的？`,
      (names) => `在 ${names} 中查找发布检查清单`,
    ],
  },
  ar: {
    separator: '، ',
    title: (names) => `البحث في ${names}`,
    description: (names) => `العثور على محتوى في ${names} ومشاركته كبطاقة`,
    parameterTitle: 'بحث',
    parameterDescription: 'كلمات للبحث عنها',
    samplePrompts: [
      (names) => `ابحث في ${names} عن تهيئة الموظفين الجدد`,
      (names) => `ماذا يقول ${names} عن مصاريف السفر؟`,
      (names) => `اعثر على قائمة التحقق من الإصدار في ${names}`,
    ],
  },
  hi: {
    separator: ', ',
    title: (names) => `${names} में खोजें`,
    description: (names) => `${names} में कुछ ढूँढें और उसे कार्ड के रूप में साझा करें`,
    parameterTitle: 'खोजें',
    parameterDescription: 'खोजने के लिए शब्द',
    samplePrompts: [
      (names) => `${names} में नए कर्मचारियों के प्रशिक्षण के बारे में खोजें`,
      (names) => `यात्रा खर्च के बारे में ${names} में क्या लिखा है?`,
      (names) => `${names} में रिलीज़ की जाँच-सूची ढूँढें`,
    ],
  },
  uk: {
    separator: ', ',
    title: (names) => `Пошук: ${names}`,
    description: (names) => `Знайти щось у ${names} і поділитися карткою`,
    parameterTitle: 'Пошук',
    parameterDescription: 'Слова, які слід шукати',
    samplePrompts: [
      (names) => `Знайди в ${names} про адаптацію нових працівників`,
      (names) => `Що в ${names} сказано про витрати на відрядження?`,
      (names) => `Знайди контрольний список випуску в ${names}`,
    ],
  },
};

export interface ResolvedCommand {
  command: Command;
  /** Index in the template; `undefined` if generated. */
  from: number | undefined;
  /** Of its connections; empty for an action. */
  titles: readonly string[];
}

const MAX_COMMANDS = 10;
const MAX_TITLE_LENGTH = 32;
const MAX_TEXT_LENGTH = 128;
const PARAMETER = 'searchKeyword';

/** Keeps the template's actions and the search commands that a connection names. Generates the others. */
export function resolveCommands(
  template: readonly Command[],
  connections: readonly ConnectionConfig[],
  note: ReportProblem,
): ResolvedCommand[] {
  const titlesOf = (id: string) =>
    connections.filter(({ commands }) => commands.includes(id)).map(({ title }) => title);
  const all = template.map((command, from) => ({ command, from, titles: titlesOf(command.id) }));
  const actions = all.filter(({ command }) => command.type === 'action');
  const searches = all.filter((placed) => !actions.includes(placed) && placed.titles.length > 0);
  const commandIds = new Set(all.map(({ command }) => command.id));
  const others = [...new Set(connections.flatMap(({ commands }) => commands))].filter((id) => !commandIds.has(id));
  const made = others.map((id) => ({
    command: generateCommand(id, titlesOf(id)),
    from: undefined,
    titles: titlesOf(id),
  }));
  const placed = [...searches, ...made, ...actions.map((action) => ({ ...action, titles: [] }))];
  checkActions(actions, note);
  checkSearches(searches, note);
  checkAll(placed, note);
  return placed;
}

/** By the last part of their key in the language file. */
export function generatedMessages(titles: readonly string[], languageTag: string): Record<string, string> {
  const messages = COMMAND_TEXTS[languageFor(languageTag) ?? 'en'];
  const { title, description, parameters, samplePrompts } = commandTexts(titles, messages);
  return {
    title,
    description,
    'parameters[0].title': parameters.title,
    'parameters[0].description': parameters.description,
    ...Object.fromEntries(samplePrompts.map((text, at) => [`samplePrompts[${at}].text`, text])),
  };
}

function generateCommand(id: string, titles: readonly string[]): Command {
  const { title, description, parameters, samplePrompts, semanticDescription } = commandTexts(titles, COMMAND_TEXTS.en);
  return {
    id,
    type: 'query',
    context: ['compose', 'commandBox'],
    title,
    description,
    semanticDescription,
    initialRun: true,
    parameters: [{ name: PARAMETER, ...parameters, inputType: 'text' }],
    samplePrompts: samplePrompts.map((text) => ({ text })),
  };
}

function commandTexts(titles: readonly string[], messages: CommandMessages) {
  const all = titles.join(messages.separator);
  const shorten = (write: (names: string) => string, longest: number) => truncateNames(write, all, longest);
  return {
    title: shorten(messages.title, MAX_TITLE_LENGTH),
    description: shorten(messages.description, MAX_TEXT_LENGTH),
    parameters: { title: messages.parameterTitle, description: messages.parameterDescription },
    samplePrompts: messages.samplePrompts.map((prompt) => shorten(prompt, MAX_TEXT_LENGTH)),
    semanticDescription: `Searches ${all} with the user's own account and returns the matching items, each with its title, an excerpt, a link and when it was last edited.`,
  };
}

function truncateNames(write: (names: string) => string, names: string, longest: number): string {
  const whole = write(names);
  if (whole.length <= longest) return whole;
  const room = longest - write('').length - 1;
  return write(`${[...names].reduce((kept, next) => ((kept + next).length <= room ? kept + next : kept), '').trim()}…`);
}

function checkActions(actions: readonly ResolvedCommand[], note: ReportProblem): void {
  for (const { command, titles } of actions) {
    if (titles.length === 0) continue;
    const problem = `the connection ${titles.join(', ')} names the command ${command.id}, which is an action of the manifest`;
    note({
      level: 'error',
      code: 'command.action',
      what: problem,
      fix: 'Give its search command another id in CONNECTIONS_FILE.',
    });
  }
}

function checkSearches(searches: readonly ResolvedCommand[], note: ReportProblem): void {
  for (const { command } of searches) {
    const names = (command.parameters ?? []).map(({ name }) => name);
    if (names.length === 1 && names[0] === PARAMETER) continue;
    const problem = `the search command ${command.id} has the parameters ${names.join(', ') || '(none)'}; the bot reads ${PARAMETER}`;
    note({
      level: 'error',
      code: 'command.parameter',
      what: problem,
      fix: `Give it only ${PARAMETER}, in appPackage/manifest.json.`,
    });
  }
}

function checkAll(placed: readonly ResolvedCommand[], note: ReportProblem): void {
  const ids = placed.map(({ command }) => command.id);
  for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) {
    const problem = `the command ${id} is defined twice`;
    note({ level: 'error', code: 'command.twice', what: problem, fix: 'Remove one from appPackage/manifest.json.' });
  }
  if (placed.length > MAX_COMMANDS) {
    const reason = `there are ${placed.length} commands, and Teams allows ${MAX_COMMANDS}: ${ids.join(', ')}`;
    const fix = 'Let connections share a command: a command searches all connections that name it.';
    note({ level: 'error', code: 'command.many', what: reason, fix });
  }
}
