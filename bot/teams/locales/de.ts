import type { Messages } from './en.ts';
import { listFormatter, pluralFormatter } from './format.ts';

export const de: Messages = {
  direction: 'ltr',
  signIn: (title) => `Bei ${title} anmelden`,
  aTeamsUser: 'eine Person in Teams',
  notAllowed:
    'Latchkey ist für Ihre Organisation nicht aktiviert. Bitten Sie den Latchkey-Administrator, Ihre Organisation zuzulassen.',
  noIdentity:
    'Teams hat Latchkey nicht mitgeteilt, wer Sie sind, deshalb können Sie sich hier nicht anmelden. Wenn Sie Gast sind oder anonym an einer Besprechung teilnehmen, verwenden Sie Teams in Ihrer eigenen Organisation.',
  nothingFound: (query, title) =>
    `Keine Ergebnisse für „${query}“ in ${title}. Versuchen Sie es mit weniger oder anderen Wörtern.`,
  nothingRecent: (title) => `Keine aktuellen Änderungen in ${title}. Geben Sie ein Wort ein, um zu suchen.`,
  superseded: 'Durch eine neuere Suche ersetzt.',
  noMore: 'Es gibt keine weiteren Ergebnisse.',
  forbidden: (account, title) =>
    `Sie sind bei ${title} als ${account} angemeldet, aber dieses Konto hat keinen Zugriff. Bitten Sie in ${title} um Zugriff.`,
  busy: (title, wait) => `${title} ist ausgelastet. Versuchen Sie es in ${wait} erneut.`,
  unavailable: (title, reference) =>
    `${title} konnte gerade nicht durchsucht werden. Versuchen Sie es gleich noch einmal. Referenz: ${reference}`,
  unavailableFor: (title, wait, reference) =>
    `${title} konnte gerade nicht durchsucht werden. Versuchen Sie es in ${wait} erneut. Referenz: ${reference}`,
  notAllSearched: (title) =>
    `${title} konnte nicht vollständig durchsucht werden, deshalb fehlen vielleicht Ergebnisse. Versuchen Sie es gleich noch einmal.`,
  unreadable: (title, reference) =>
    `Die Antwort von ${title} konnte nicht gelesen werden. Wenden Sie sich an Ihren Administrator. Referenz: ${reference}`,
  paused: (wait) =>
    `Ihr Konto hat zu viele falsche Anmeldecodes gesendet. Suchen Sie in ${wait} erneut, um sich anzumelden.`,
  signedOut: (titles) => `Sie sind abgemeldet: ${titles}. Suchen Sie erneut, um sich anzumelden.`,
  notSignedInTo: (title) =>
    `Sie sind nicht bei ${title} angemeldet. Wählen Sie „Ihre Verbindungen“ aus, um sich auch dort anzumelden.`,
  codeNotReturned: (title) =>
    `Sie können die Anmeldung bei ${title} in dieser App nicht abschließen. Öffnen Sie in Teams einen persönlichen Chat mit Latchkey, melden Sie sich dort an, und suchen Sie hier erneut.`,
  notSignedIn: 'Sie sind bei keiner Verbindung angemeldet.',
  accountsUnavailable: (reference) =>
    `Ihre Verbindungen können gerade weder angezeigt noch geändert werden. Versuchen Sie es gleich noch einmal. Referenz: ${reference}`,
  connectionsTitle: 'Ihre Verbindungen',
  signOutTitle: 'Abmelden',
  signOutOf: (title) => `Von ${title} abmelden`,
  switchAccountAt: (title) => `Anderes Konto für ${title} verwenden`,
  moreConnections: (count) => `${count} weitere anzeigen`,
  signOutOfAll: 'Überall abmelden',
  accountOf: (account) => `Angemeldet als ${account}`,
  unnamedAccount: (id) => `ein Konto ohne Namen (Kennung ${id})`,
  accountNone: 'Nicht angemeldet',
  list: listFormatter('de'),
  seconds: pluralFormatter('de', { one: '# Sekunde', other: '# Sekunden' }),
  minutes: pluralFormatter('de', { one: '# Minute', other: '# Minuten' }),
  edited: (date, by) => (by ? `Zuletzt bearbeitet am ${date} von ${by}` : `Zuletzt bearbeitet am ${date}`),
  pageOf: (title) => `Eine Seite in ${title}. Um sie zu lesen, benötigen Sie dort ein Konto.`,
  searchedHere: (title) =>
    `Latchkey durchsucht ${title} direkt in Teams. Jede Person meldet sich mit ihrem eigenen Konto an.`,
  notAResult: (title) => `Dies ist ein Hinweis zur Suche in ${title}, kein Suchergebnis.`,
  linkNotReadable: (title) =>
    `Diese Seite gibt es in ${title} nicht, oder Ihr Konto hat dort keinen Zugriff. Prüfen Sie den Link, oder bitten Sie um Zugriff.`,
  view: (title) => `In ${title} anzeigen`,
  imageOf: (title) => `Bild von ${title}`,
  fact: (label) => `${label}:`,
  facts: {
    status: 'Status',
    assignee: 'Zugewiesen an',
    priority: 'Priorität',
    type: 'Typ',
    number: 'Nummer',
    labels: 'Schlagwörter',
    project: 'Projekt',
    space: 'Bereich',
    site: 'Website',
    category: 'Kategorie',
    due: 'Fällig',
    owner: 'Besitzer',
    author: 'Autor',
    created: 'Erstellt',
    folder: 'Ordner',
    channel: 'Kanal',
    milestone: 'Meilenstein',
    version: 'Version',
    team: 'Team',
  },
  factTerms: {
    open: 'Offen',
    closed: 'Geschlossen',
    merged: 'Zusammengeführt',
    draft: 'Entwurf',
    notPlanned: 'Nicht geplant',
    duplicate: 'Duplikat',
    folder: 'Ordner',
    document: 'Dokument',
    spreadsheet: 'Tabelle',
    presentation: 'Präsentation',
    notebook: 'Notizbuch',
    picture: 'Bild',
    video: 'Video',
    page: 'Seite',
    listItem: 'Listenelement',
    yes: 'Ja',
    no: 'Nein',
  },
  chatWelcome: (titles) => `Ich durchsuche ${titles} mit Ihrem eigenen Konto. Nur Sie sehen die Ergebnisse.`,
  chatHow: (search) => `Senden Sie „${search}“ und ein paar Wörter. Weitere Befehle:`,
  chatSearchWhat: 'Wonach möchten Sie suchen? Senden Sie ein paar Wörter.',
  chatWhichSignOut: 'Von welcher Verbindung möchten Sie sich abmelden?',
  chatUnknown: (message) => `Ich habe „${message}“ nicht verstanden.`,
  searchFor: (message) => `Nach „${message}“ suchen`,
  inPersonalChat: 'Ihre Ergebnisse sind nur für Sie. Deshalb antworte ich in einem persönlichen Chat.',
  openChat: 'Persönlichen Chat öffnen',
  signedInTo: (title, account) => `Sie sind bei ${title} als ${account} angemeldet.`,
  signInCancelled: (signIn) => `Die Anmeldung wurde abgebrochen. Senden Sie „${signIn}“, um neu zu beginnen.`,
  signInNotFinished: (signIn) =>
    `Sie sind nicht angemeldet: Das Fenster wurde geschlossen, oder der Link war nicht mehr gültig. Senden Sie „${signIn}“, um einen neuen Link zu erhalten.`,
  signInFailed: (signIn) =>
    `Diese Anmeldung ist abgelaufen oder gehört einer anderen Person. Senden Sie „${signIn}“, um es erneut zu versuchen.`,
  alsoSignIn: (title, signIn) =>
    `Sie sind nicht bei ${title} angemeldet. Senden Sie „${signIn}“, um auch dort zu suchen.`,
  signInToAny: 'Melden Sie sich bei einer dieser Verbindungen an, um zu suchen. Weitere können Sie später hinzufügen.',
  moreResults: pluralFormatter('de', {
    one: 'Es gibt noch # weiteres Ergebnis.',
    other: 'Es gibt noch # weitere Ergebnisse.',
  }),
  moreResultsUncounted: 'Es gibt noch weitere Ergebnisse.',
  showMore: 'Mehr anzeigen',
  chatUnavailable: (reference) =>
    `Das hat gerade nicht funktioniert. Versuchen Sie es gleich noch einmal. Referenz: ${reference}`,
  openByHand: (prompt) =>
    `${prompt}: Kopieren Sie diese Adresse in einen neuen Tab, melden Sie sich dort an und suchen Sie hier erneut.`,
  typeCommand: (command, parameter) =>
    `Agents Playground liest das Manifest nicht. Tragen Sie unter „Specify Command ID or Parameter“ ${command} als Befehls-ID und ${parameter} als Parameternamen ein.`,
};
