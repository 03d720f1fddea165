import type { ConnectionConfig } from '../../config/connection-schema.ts';
import type { OAuthSignIn } from '../../config/sign-in-types.ts';
import { type ConnectionDefinition, type ConnectionsConfig, loadConnections } from '../../connection.ts';
import type { SourceItem } from '../../sources/source.ts';
import { type CliEnvironment, type DiagnosticCommand, UsageError } from '../command.ts';
import { ExchangeLog, jsonOf } from '../try/exchange-log.ts';
import { answerFindings } from '../try/findings/answer-findings.ts';
import { type Finding, withEntryFields } from '../try/findings/finding.ts';
import {
  linkStatusFindings,
  lookupFindings,
  missingFields,
  pagingFindings,
  resultFindings,
} from '../try/findings/result-findings.ts';
import { Redaction, SETTING_NAMES, TOKEN_NAMES, VARIABLE_NAMES } from '../try/redaction.ts';
import { tryReport } from '../try/report.ts';
import { runSearches, type Searches, type SearchRun, statusWithoutCredentials } from '../try/searches.ts';
import { endingTokens, openSession, type Session } from '../try/session.ts';
import { type SettingTrace, traceOfPage, traceOfSearch } from '../try/settings-trace.ts';
import { checkPort, waitSeconds } from '../try/sign-in.ts';
import { givenToken } from '../try/token.ts';
import type { Trial } from '../try/trial.ts';
import { withBaseUrl } from './base-url.ts';

/** Signs in to one connection and searches it, as a user would, without Teams and without the store. */
export const connectionsTry: DiagnosticCommand = {
  arguments: ['id'],
  options: ['query', 'token', 'token-file', 'port', 'paste', 'wait', 'tenant'],
  check(options) {
    if (!options.query?.trim()) throw new UsageError('connections try needs --query <words that the system finds>');
    checkPort(options);
    waitSeconds(options);
  },
  async diagnose(environment, options) {
    const token = await givenToken(options, environment);
    const { config, connections } = loadConnections(withBaseUrl(environment.env));
    const { definition, connection } = choose(environment.arguments[0], config, connections);
    const redaction = redactionFor(config, environment);
    redaction.add(token);
    const log = new ExchangeLog();
    log.start();
    try {
      const trial: Trial = { environment, options, config, definition, connection, redaction, log };
      const session = await openSession(trial, token);
      const { result: searched, ended } = await endingTokens(session, (stop) => search(trial, session, stop));
      for (const exchange of log.of('sign-in')) redaction.addFrom(jsonOf(exchange), TOKEN_NAMES);
      const result = {
        connection: { id: definition.id, title: definition.title },
        notes: [...session.notes, ...ended.notes],
        exchanges: log.all,
        settings: searched.settings,
        card: searched.card,
        findings: withEntryFields([...session.findings, ...searched.findings, ...ended.findings], connection.preset),
      };
      return tryReport(result, redaction, environment.colour);
    } finally {
      log.stop();
    }
  },
};

/** @throws {UsageError} that names the connections */
function choose(
  id: string | undefined,
  config: ConnectionsConfig,
  definitions: readonly ConnectionDefinition[],
): Pick<Trial, 'definition' | 'connection'> {
  const definition = definitions.find((each) => each.id === id);
  const connection = config.connections.find((each) => each.id === id);
  if (definition && connection) return { definition, connection };
  throw new UsageError(`there is no connection "${id}"; there are ${definitions.map((each) => each.id).join(', ')}`);
}

/** Knows every secret of the configuration. */
function redactionFor(config: ConnectionsConfig, { env }: CliEnvironment): Redaction {
  const redaction = new Redaction();
  redaction.addFrom(config, SETTING_NAMES);
  for (const { key } of config.encryptionKeys) redaction.add(key.toString('base64'));
  if (URL.canParse(config.storeUrl)) redaction.add(new URL(config.storeUrl).password);
  redaction.addFrom(env, VARIABLE_NAMES);
  return redaction;
}

interface Searched {
  settings: readonly SettingTrace[];
  card: SourceItem | undefined;
  findings: readonly Finding[];
}

async function search(trial: Trial, { token, site, isSignedIn }: Session, stop: AbortSignal): Promise<Searched> {
  const { definition, connection, options, log } = trial;
  const { source: settings, signIn } = connection;
  if (token === undefined) return { settings: [], card: undefined, findings: [] };
  const searches = await runSearches(
    {
      source: definition.source,
      pageOrigins: definition.pageOrigins,
      hasRecent: settings.type !== 'http' || (settings.recent ?? settings.recentUrl) !== undefined,
      session: { accessToken: token, site },
      log,
      stop,
    },
    options.query ?? '',
  );
  const shared = { source: settings, isSignedIn, scopes: scopesOf(signIn) };
  const explain = (run: SearchRun) => answerFindings({ ...shared, run, trace: traceOfSearch(settings, run) });
  const trace = traceOfSearch(settings, searches.first);
  const items = searches.first.page?.items ?? [];
  const [best] = items;
  return {
    settings: trace?.settings ?? [],
    card: best,
    findings: best
      ? distinct([
          ...resultFindings({
            source: settings,
            first: searches.first,
            items,
            trace,
            linkOrigins: definition.linkOrigins,
          }),
          ...pagingFindings(settings, searches.first, searches.second),
          ...recentFindings(trial, searches, explain),
          ...(await linkFindings(trial, searches, best, stop)),
        ])
      : explain(searches.first),
  };
}

function scopesOf(signIn: ConnectionConfig['signIn']): readonly string[] {
  return 'scopes' in signIn ? (signIn as OAuthSignIn).scopes : [];
}

function recentFindings(
  { connection: { source } }: Trial,
  { recent }: Searches,
  explain: (run: SearchRun) => Finding[],
): Finding[] {
  if (!recent) return [];
  const trace = traceOfSearch(source, recent);
  return recent.page && recent.page.items.length > 0 ? missingFields(source, trace, recent) : explain(recent);
}

async function linkFindings(
  { connection: { source }, definition, config, log }: Trial,
  { lookup }: Searches,
  { url }: SourceItem,
  stop: AbortSignal,
): Promise<Finding[]> {
  const traces = lookup ? traceOfPage(source, lookup) : [];
  log.begin('link');
  const status = await statusWithoutCredentials(url, definition.linkOrigins, config.loopback, stop);
  return [...lookupFindings(source, lookup, traces), ...linkStatusFindings(source, url, status)];
}

/** Recent items and the search often share a setting. */
function distinct(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((each) => [`${each.id} ${each.field} ${each.what}`, each])).values()];
}
