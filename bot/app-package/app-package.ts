import { resolveCommands } from './commands.ts';
import { linkDomains, tokenServiceDomains, validDomains } from './domains.ts';
import { resolveLanguages } from './languages.ts';
import { checkRules } from './rules.ts';
import { readTemplate } from './template.ts';
import type { AppPackage, AppPackageInput, LanguageFile, Manifest, Problem, ReportProblem } from './types.ts';
import { reportMissing, reportUnresolved, substituteVariables } from './variables.ts';
import { webApplicationInfo } from './web-application.ts';

/** The manifest and language files for these connections at this address: search commands, link domains, `validDomains`
 * and `webApplicationInfo` come from the configuration, so they can't drift from it; all else from the template.
 * Reads and writes nothing. @returns with every problem at once */
export function generateAppPackage(input: AppPackageInput): AppPackage {
  const problems: Problem[] = [];
  const note: ReportProblem = (problem) => void problems.push(problem);
  const missing = new Set<string>();
  const template = readTemplate(substituteVariables(input.template, input.variables, missing), note);
  const files = new Map(
    [...input.languages].map(([file, texts]) => [file, substituteVariables(texts, input.variables, missing)]),
  );
  reportMissing(missing, input.environment, note);
  const made = build(input, template, files, note);
  reportUnresolved([made.manifest, ...made.languages.values()], missing, note);
  return { ...made, problems };
}

function build(
  { environment, connections, baseUrl, variables }: AppPackageInput,
  template: Manifest | undefined,
  files: ReadonlyMap<string, unknown>,
  note: ReportProblem,
): { manifest: Manifest | undefined; languages: ReadonlyMap<string, LanguageFile> } {
  const domains = {
    valid: [...validDomains(baseUrl, environment, note), ...tokenServiceDomains(connections, variables)],
    links: linkDomains(connections, environment, note),
  };
  if (!template) return { manifest: undefined, languages: new Map() };
  const [extension] = template.composeExtensions;
  const placed = resolveCommands(extension.commands, connections, note);
  const { messageHandlers: _, ...rest } = extension;
  const composeExtension = {
    ...rest,
    ...(domains.links.length > 0 ? { messageHandlers: [handlerOf(domains.links)] } : {}),
    commands: placed.map(({ command }) => command),
  };
  const info = webApplicationInfo(template.webApplicationInfo, connections, extension.botId, note);
  const manifest: Manifest = {
    ...template,
    composeExtensions: [composeExtension],
    validDomains: domains.valid,
    ...(info ? { webApplicationInfo: info } : {}),
  };
  const languages = resolveLanguages({ manifest, placed, files }, note);
  checkRules(manifest, languages, note);
  return { manifest, languages };
}

/** Links are looked at where the app isn't installed too: the bot answers that with the link and nothing else. */
function handlerOf(domains: string[]) {
  return { type: 'link' as const, value: { domains, supportsAnonymizedPayloads: true } };
}
