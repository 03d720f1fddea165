import type { Messages } from './en.ts';

const AGAIN = 'Schließen Sie dieses Fenster, und suchen Sie in Teams erneut.';
const WAIT = 'Warten Sie eine Minute, schließen Sie dann dieses Fenster, und suchen Sie in Teams erneut.';
const NOTHING = 'Es wurde kein Konto verbunden.';

export const de: Messages = {
  lang: 'de',
  dir: 'ltr',
  title: 'Latchkey-Anmeldung',
  stuck: 'Immer noch hier? Schließen Sie dieses Fenster, und suchen Sie in Teams erneut.',
  noScript: {
    heading: 'JavaScript ist deaktiviert',
    body: [
      'Für die Anmeldung wird JavaScript benötigt. Lassen Sie es für diese Seite zu, schließen Sie dann dieses Fenster, und suchen Sie in Teams erneut.',
    ],
  },
  chatTitle: 'Latchkey-Chat',
  chatFailed: {
    heading: 'Der Chat lässt sich nicht öffnen',
    body: [
      'Latchkey oder der Chatdienst dahinter ist nicht erreichbar.',
      'Prüfen Sie Ihr Netzwerk und laden Sie diese Seite neu.',
    ],
  },
  chatBlocked: {
    message: 'Ihr Browser hat das Anmeldefenster blockiert.',
    link: 'Anmeldeseite öffnen',
  },
  fromChat: {
    again: 'Schließen Sie dieses Fenster, und melden Sie sich im Chat erneut an.',
    waitAndAgain:
      'Warten Sie einige Minuten. Schließen Sie dann dieses Fenster, und melden Sie sich im Chat erneut an.',
  },
  unnamed: 'die Person, die gesucht hat',
  unnamedAccount: 'ein Konto ohne Namen (Kennung {id})',
  closeByHand: 'Sie können dieses Fenster jetzt schließen.',
  account: {
    signedIn: 'Angemeldet als {account}',
    signedOut: 'Nicht angemeldet',
    chosen: 'Suchen in mehreren Verbindungen nutzen nur {connection}',
  },
  teamsUser: {
    signInName: '{asker} ist in Teams als {signInName} angemeldet.',
    tenant: '{asker} gehört zum Microsoft 365-Mandanten {tenant}.',
    unknown:
      'Teams hat Latchkey nicht mitgeteilt, wer Sie sind: Prüfen Sie, ob Sie {asker} sind. Verbinden Sie nur, wenn Sie gerade eben in Teams gesucht haben.',
  },
  buttons: {
    signIn: 'Anmelden',
    switchAccount: 'Anderes Konto verwenden',
    signOut: 'Abmelden',
    signOutAll: 'Von allen Verbindungen abmelden',
    searchOnly: 'Nur {connection} durchsuchen',
    searchAll: 'Alle Verbindungen durchsuchen',
    finish: 'Fertig',
    connect: 'Verbinden',
    cancel: 'Abbrechen',
    proceed: 'Weiter',
    retry: 'Erneut versuchen',
    close: 'Schließen',
  },
  screens: {
    settingsOpening: { heading: 'Ihre Verbindungen werden geöffnet…', body: ['Einen Moment.'] },
    settings: {
      heading: 'Ihre Verbindungen',
      body: ['Was {asker} von Teams aus durchsuchen kann, und mit welchen Konten.'],
    },
    settingsChanging: { heading: 'Ihre Verbindungen werden geändert…', body: ['Einen Moment.'] },
    opening: { heading: 'Anmeldung wird geöffnet…', body: ['Einen Moment.'] },
    leaving: {
      heading: 'Sie werden zur Anmeldung weitergeleitet…',
      body: ['Die Anmeldeseite wird in diesem Fenster geöffnet.'],
    },
    signingIn: { heading: 'Sie werden angemeldet…', body: ['Überprüfung beim Anmeldedienst.'] },
    outsideTeams: {
      heading: 'Kein Teams-Fenster gefunden',
      body: [
        'Diese Seite wurde nicht von Teams geöffnet, oder Teams antwortet nicht. Sie können sich hier trotzdem anmelden.',
        'Kehren Sie danach zu Teams zurück, und suchen Sie erneut.',
      ],
    },
    confirm: {
      heading: 'Konto {account} bei {connection} mit {asker} in Microsoft Teams verbinden?',
      body: [
        '{asker} kann {connection} dann von Teams aus mit diesem Konto durchsuchen.',
        'Wenn Sie dies nicht gerade eben in Teams begonnen haben, brechen Sie ab.',
      ],
    },
    confirmUnnamed: {
      heading: 'Dieses Konto ohne Namen (Kennung {account}) bei {connection} mit {asker} in Microsoft Teams verbinden?',
      body: [
        '{connection} hat nicht mitgeteilt, wie das Konto heißt. Verbinden Sie nur, wenn Sie sich dort gerade eben mit Ihrem eigenen Konto angemeldet haben.',
        'Wenn Sie dies nicht gerade eben in Teams begonnen haben, brechen Sie ab.',
      ],
    },
    connecting: { heading: 'Verbindung wird hergestellt…', body: ['Einen Moment.'] },
    cancelling: { heading: 'Wird abgebrochen…', body: ['Einen Moment.'] },
    done: { heading: 'Sie sind angemeldet', body: ['Zurück zu Teams…'] },
    doneStillOpen: {
      heading: 'Sie sind angemeldet',
      body: ['Schließen Sie dieses Fenster. Wenn Teams Ihre Ergebnisse nicht anzeigt, suchen Sie dort erneut.'],
    },
    doneSearchAgain: { heading: 'Sie sind angemeldet', body: [AGAIN] },
    doneInChat: {
      heading: 'Sie sind angemeldet',
      body: ['Schließen Sie dieses Fenster und machen Sie im Chat weiter.'],
    },
    doneUntold: {
      heading: 'Teams weiß nichts von Ihrer Anmeldung',
      body: [
        'Dieses Fenster hat die Verbindung zu Teams verloren. Es wurde kein Konto verbunden.',
        'Schließen Sie dieses Fenster, und melden Sie sich von Teams aus erneut an.',
      ],
    },

    'signin.cancelled': { heading: 'Anmeldung abgebrochen', body: [NOTHING, AGAIN] },
    'signin.identity_mismatch': {
      heading: 'Melden Sie sich als {expected} an',
      body: [
        'Sie haben sich als {used} angemeldet, mit dem Konto einer anderen Person. Es wurde kein Konto verbunden.',
        'Wählen Sie „Anderes Konto verwenden“, und melden Sie sich als {expected} an. Wenn die Anmeldeseite keine Wahl lässt, verwenden Sie Teams in einem privaten Fenster.',
      ],
    },
    'signin.scope_missing': {
      heading: 'Eine Berechtigung fehlt',
      body: [
        'Der Anmeldedienst hat nicht alle Berechtigungen erteilt, die für die Suche nötig sind. Es wurde kein Konto verbunden.',
        `${AGAIN} Melden Sie sich an, und erlauben Sie alles, was die Anmeldeseite verlangt.`,
      ],
    },
    'signin.other_teams_user': {
      heading: 'Öffnen Sie Teams als {expected}',
      body: [
        'Dieser Link ist für {expected}, aber Teams ist mit einem anderen Konto geöffnet. Es wurde kein Konto verbunden.',
        'Wenn Sie {expected} sind, öffnen Sie Teams mit diesem Konto und suchen Sie dort. Wenn nicht, schließen Sie dieses Fenster.',
      ],
    },
    'ticket.invalid': {
      heading: 'Dieser Anmeldelink funktioniert nicht',
      body: ['Der Link ist unvollständig oder wurde verändert.', `${AGAIN} Dort erhalten Sie einen neuen Link.`],
    },
    'ticket.expired': {
      heading: 'Dieser Anmeldelink ist abgelaufen',
      body: [`${AGAIN} Dort erhalten Sie einen neuen Link.`],
    },
    'transaction.unknown': {
      heading: 'Diese Anmeldung ist beendet',
      body: [
        'Sie wurde bereits abgeschlossen, oder sie hat zu lange gedauert.',
        `${AGAIN} Wenn Teams Sie zur Anmeldung auffordert, beginnen Sie dort von vorn.`,
      ],
    },
    'transaction.cookie': {
      heading: 'Diese Anmeldung gehört zu einem anderen Fenster',
      body: [
        'Schließen Sie sie in dem Browser ab, in dem Sie begonnen haben, und lassen Sie Cookies für diese Website zu.',
        'Schließen Sie dieses Fenster, suchen Sie in Teams, und melden Sie sich von dort aus erneut an.',
      ],
    },
    'confirmation.unknown': {
      heading: 'Diese Frage ist abgelaufen',
      body: [NOTHING, `${AGAIN} Melden Sie sich von dort aus erneut an.`],
    },
    'request.malformed': {
      heading: 'Diese Anmeldung hat nicht funktioniert',
      body: [`Die Antwort der Anmeldeseite ist unvollständig oder wurde verändert. ${NOTHING}`, AGAIN],
    },
    'request.origin': {
      heading: 'Diese Anmeldung hat nicht funktioniert',
      body: [`Die Anforderung kam nicht von dieser Seite. ${NOTHING}`, AGAIN],
    },
    'provider.refused': {
      heading: 'Der Anmeldedienst hat den Zugriff abgelehnt',
      body: [
        `Sie konnten sich dort nicht anmelden. ${NOTHING}`,
        `${AGAIN} Wenn es wieder geschieht, bitten Sie Ihren Administrator um Zugriff.`,
      ],
    },
    'provider.policy': {
      heading: 'Ihre Organisation lässt dies nicht zu',
      body: [
        'Eine Regel Ihrer Organisation oder des Anmeldedienstes blockiert dieses Konto. Es wurde kein Konto verbunden.',
        'Bitten Sie Ihren Administrator um Zugriff. Um ein anderes Konto zu verwenden, schließen Sie dieses Fenster, und suchen Sie in Teams erneut.',
      ],
    },
    'provider.misconfigured': {
      heading: 'Diese Anmeldung ist nicht richtig eingerichtet',
      body: [
        'Der Anmeldedienst nimmt die Einstellungen dieser Verbindung nicht an. Es wurde kein Konto verbunden.',
        'Bitten Sie Ihren Administrator, sie zu korrigieren, und suchen Sie danach in Teams erneut.',
      ],
    },
    'provider.invalid_response': {
      heading: 'Die Antwort des Anmeldedienstes ist nicht sicher',
      body: [
        `Sie hat eine Sicherheitsprüfung nicht bestanden. ${NOTHING}`,
        `${AGAIN} Wenn es wieder geschieht, informieren Sie Ihren Administrator.`,
      ],
    },
    'provider.unavailable': { heading: 'Der Anmeldedienst ist nicht verfügbar', body: [NOTHING, WAIT] },
    'provider.timeout': {
      heading: 'Der Anmeldedienst braucht zu lange',
      body: [`Er hat nicht rechtzeitig geantwortet. ${NOTHING}`, WAIT],
    },
    'store.unavailable': {
      heading: 'Latchkey ist nicht verfügbar',
      body: ['Ihre Anmeldung kann gerade nicht gespeichert werden.', WAIT],
    },
    'limit.exceeded': {
      heading: 'Zu viele Versuche',
      body: ['Warten Sie zehn Minuten, schließen Sie dann dieses Fenster, und suchen Sie in Teams erneut.'],
    },
    'page.reloaded': {
      heading: 'Diese Anmeldung ist beendet',
      body: [
        'Wenn Sie diese Seite neu laden, endet eine nicht abgeschlossene Anmeldung. Durch sie wurde kein Konto verbunden.',
        `${AGAIN} Wenn Teams Sie zur Anmeldung auffordert, beginnen Sie dort von vorn.`,
      ],
    },
    'page.no_teams': {
      heading: 'Öffnen Sie diese Seite in Teams',
      body: [
        'Teams antwortet nicht, und dieses Konto kann nur von Teams aus verbunden werden.',
        'Schließen Sie dieses Fenster, suchen Sie in Teams, und melden Sie sich dort an.',
      ],
    },
    'page.offline': {
      heading: 'Keine Verbindung',
      body: [
        'Latchkey ist nicht erreichbar.',
        'Überprüfen Sie Ihr Netzwerk, schließen Sie dann dieses Fenster, und suchen Sie in Teams erneut.',
      ],
    },
    'page.timeout': {
      heading: 'Latchkey braucht zu lange',
      body: ['Es hat nicht rechtzeitig geantwortet.', WAIT],
    },
    'page.unexpected': {
      heading: 'Es ist ein Fehler aufgetreten',
      body: [
        'Latchkey hat eine Antwort gesendet, die diese Seite nicht versteht.',
        `${AGAIN} Wenn es wieder geschieht, informieren Sie Ihren Administrator.`,
      ],
    },
  },
};
