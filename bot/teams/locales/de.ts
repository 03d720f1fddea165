import type { Messages } from './en.ts';
import { listFormatter, pluralFormatter } from './format.ts';

export const de: Messages = {
  direction: 'ltr',
  signIn: (title) => `Bei ${title} anmelden`,
  aTeamsUser: 'eine Person in Teams',
  notAllowed:
    'Latchkey ist für Ihre Organisation nicht freigeschaltet. Bitten Sie die Person, die es betreibt, Ihren Mandanten zu den zugelassenen hinzuzufügen.',
  noIdentity:
    'Teams hat nicht mitgeteilt, wer Sie sind. Deshalb können Sie sich hier nicht anmelden. Wenn Sie als Gast oder anonym an einer Besprechung teilnehmen: Verwenden Sie bitte Teams in Ihrer eigenen Organisation.',
  nothingFound: (query, title) =>
    `In ${title} passt nichts zu „${query}“. Versuchen Sie es mit weniger oder anderen Wörtern.`,
  nothingRecent: (title) =>
    `In ${title} hat sich in letzter Zeit nichts geändert. Geben Sie ein Wort ein, um zu suchen.`,
  superseded: 'Sie haben weitergeschrieben: Diese Suche wurde zugunsten der neueren beendet.',
  noMore: 'Es gibt keine weiteren Ergebnisse.',
  forbidden: (account, title) =>
    `Sie sind bei ${title} als ${account} angemeldet, und dieses Konto darf dies nicht lesen. Bitten Sie dort um Zugriff.`,
  busy: (title, wait) => `${title} ist ausgelastet. Versuchen Sie es in ${wait} erneut.`,
  unavailable: (title, reference) =>
    `${title} konnte gerade nicht durchsucht werden. Versuchen Sie es gleich noch einmal. Referenz: ${reference}`,
  unavailableFor: (title, wait, reference) =>
    `${title} konnte gerade nicht durchsucht werden. Versuchen Sie es in ${wait} erneut. Referenz: ${reference}`,
  notAllSearched: (title) =>
    `${title} konnte gerade nicht vollständig durchsucht werden. Vielleicht gibt es mehr Treffer: Versuchen Sie es gleich noch einmal.`,
  unreadable: (title, reference) =>
    `Die Antwort von ${title} konnte nicht gelesen werden. Wenden Sie sich an Ihren Administrator. Referenz: ${reference}`,
  paused: (wait) =>
    `Von Ihrem Konto kamen zu viele Anmeldecodes, die nicht passen. Suchen Sie in ${wait} erneut, um sich anzumelden.`,
  signedOut: (titles) => `Sie sind abgemeldet: ${titles}. Suchen Sie erneut, um sich anzumelden.`,
  notSignedInTo: (title) =>
    `Sie sind nicht bei ${title} angemeldet. Wählen Sie „Ihre Verbindungen“ aus, um sich auch dort anzumelden.`,
  codeNotReturned: (title) =>
    `Die Anmeldung bei ${title} lässt sich in dieser App nicht abschließen, weil die App den Anmeldecode nicht zurückgibt. Öffnen Sie in Teams einen persönlichen Chat mit Latchkey, melden Sie sich dort an und suchen Sie hier noch einmal.`,
  notSignedIn: 'Sie sind hier nirgends angemeldet.',
  accountsUnavailable: (reference) =>
    `Ihre Verbindungen können gerade weder angezeigt noch geändert werden. Versuchen Sie es gleich noch einmal. Referenz: ${reference}`,
  connectionsTitle: 'Ihre Verbindungen',
  signOutTitle: 'Abmelden',
  signOutOf: (title) => `Von ${title} abmelden`,
  switchAccountAt: (title) => `Anderes Konto bei ${title} verwenden`,
  moreConnections: (count) => `${count} weitere anzeigen`,
  signOutOfAll: 'Überall abmelden',
  accountOf: (account) => `Angemeldet als ${account}`,
  unnamedAccount: (id) => `ein Konto ohne Namen (Kennung ${id})`,
  accountNone: 'Nicht angemeldet',
  list: listFormatter('de'),
  seconds: pluralFormatter('de', { one: '# Sekunde', other: '# Sekunden' }),
  minutes: pluralFormatter('de', { one: '# Minute', other: '# Minuten' }),
  edited: (date, by) => (by ? `Zuletzt bearbeitet am ${date} von ${by}` : `Zuletzt bearbeitet am ${date}`),
  pageOf: (title) => `Eine Seite aus ${title}, lesbar mit einem Konto dort.`,
  searchedHere: (title) =>
    `Latchkey durchsucht ${title} direkt in Teams. Jede Person meldet sich mit ihrem eigenen Konto an.`,
  notAResult: (title) => `Das ist ein Hinweis zur Suche in ${title} und keine Seite daraus.`,
  linkNotReadable: (title) =>
    `Diese Seite von ${title} kann nicht angezeigt werden: Es gibt sie nicht, oder das dort angemeldete Konto darf sie nicht lesen.`,
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
  chatWelcome: (titles) => `Ich durchsuche ${titles} mit Ihrem eigenen Konto. Was ich finde, ist nur für Sie.`,
  chatHow: (search) => `Schreiben Sie „${search}“ und ein paar Wörter. Auch das kenne ich:`,
  chatSearchWhat: 'Wonach soll ich suchen? Schreiben Sie mir ein paar Wörter.',
  chatWhichSignOut: 'Von welcher Verbindung möchten Sie sich abmelden?',
  chatUnknown: (message) => `Mit „${message}“ kann ich nichts anfangen.`,
  searchFor: (message) => `Nach „${message}“ suchen`,
  inPersonalChat: 'Was ich finde, ist nur für Sie. Deshalb antworte ich in einem persönlichen Chat.',
  openChat: 'Persönlichen Chat öffnen',
  signedInTo: (title, account) => `Sie sind bei ${title} als ${account} angemeldet.`,
  signInCancelled: (signIn) => `Die Anmeldung wurde abgebrochen. Schreiben Sie „${signIn}“, um neu zu beginnen.`,
  signInNotFinished: (signIn) =>
    `Sie sind nicht angemeldet: Das Fenster wurde geschlossen, oder der Link war nicht mehr gültig. Schreiben Sie „${signIn}“, um einen neuen Link zu erhalten.`,
  signInFailed: (signIn) =>
    `Diese Anmeldung kam zu spät oder war nicht Ihre. Schreiben Sie „${signIn}“, um neu zu beginnen.`,
  alsoSignIn: (title, signIn) =>
    `Sie sind nicht bei ${title} angemeldet. Schreiben Sie „${signIn}“, um auch dort zu suchen.`,
  signInToAny: 'Melden Sie sich an, um zu suchen. Eine Anmeldung genügt. Weitere können Sie später hinzufügen.',
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
