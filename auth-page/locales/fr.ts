import type { Messages } from './en.ts';

const AGAIN = 'Fermez cette fenêtre et relancez la recherche dans Teams.';
const WAIT = 'Attendez une minute, puis fermez cette fenêtre et relancez la recherche dans Teams.';
const NOTHING = 'Aucun compte n’a été associé.';

/** U+00A0 comes before a colon, U+202F before other double marks. */
export const fr: Messages = {
  lang: 'fr',
  dir: 'ltr',
  title: 'Connexion à Latchkey',
  stuck: 'Toujours là\u202f? Fermez cette fenêtre et relancez la recherche dans Teams.',
  noScript: {
    heading: 'JavaScript est désactivé',
    body: [
      'La connexion nécessite JavaScript. Autorisez-le pour cette page, puis fermez cette fenêtre et relancez la recherche dans Teams.',
    ],
  },
  chatTitle: 'Conversation Latchkey',
  chatFailed: {
    heading: 'Impossible d’ouvrir la conversation',
    body: [
      'Latchkey, ou le service de conversation, est injoignable.',
      'Vérifiez votre connexion, puis rechargez cette page.',
    ],
  },
  chatBlocked: {
    message: 'Votre navigateur a bloqué la fenêtre de connexion.',
    link: 'Ouvrir la page de connexion',
  },
  fromChat: {
    again: 'Fermez cette fenêtre et reconnectez-vous depuis la conversation.',
    waitAndAgain: 'Attendez quelques minutes. Fermez ensuite cette fenêtre et reconnectez-vous depuis la conversation.',
  },
  unnamed: 'la personne à l’origine de la recherche',
  unnamedAccount: 'compte sans nom (identifiant {id})',
  closeByHand: 'Vous pouvez maintenant fermer cette fenêtre.',
  account: {
    signedIn: 'Connecté en tant que {account}',
    signedOut: 'Non connecté',
    chosen: 'Les recherches dans plusieurs connexions utilisent seulement {connection}',
  },
  teamsUser: {
    signInName: '{asker} est connecté à Teams en tant que {signInName}.',
    tenant: '{asker} appartient au locataire Microsoft 365 {tenant}.',
    unknown:
      'Teams n’a pas indiqué à Latchkey qui vous êtes\u202f; vérifiez que vous êtes bien {asker}. Associez le compte uniquement si vous venez de faire une recherche dans Teams.',
  },
  buttons: {
    signIn: 'Se connecter',
    switchAccount: 'Utiliser un autre compte',
    signOut: 'Se déconnecter',
    signOutAll: 'Se déconnecter de toutes les connexions',
    searchOnly: 'Rechercher seulement dans {connection}',
    searchAll: 'Rechercher dans toutes les connexions',
    finish: 'Terminé',
    connect: 'Associer',
    cancel: 'Annuler',
    proceed: 'Continuer',
    retry: 'Réessayer',
    close: 'Fermer',
  },
  screens: {
    settingsOpening: { heading: 'Ouverture de vos connexions…', body: ['Un instant.'] },
    settings: {
      heading: 'Vos connexions',
      body: ['Ce que {asker} peut rechercher depuis Teams, et avec quels comptes.'],
    },
    settingsChanging: { heading: 'Modification de vos connexions…', body: ['Un instant.'] },
    opening: { heading: 'Ouverture de la connexion…', body: ['Un instant.'] },
    leaving: {
      heading: 'Redirection vers la page de connexion…',
      body: ['La page de connexion s’ouvre dans cette fenêtre.'],
    },
    signingIn: { heading: 'Connexion en cours…', body: ['Vérification auprès du service de connexion.'] },
    outsideTeams: {
      heading: 'Aucune fenêtre Teams trouvée',
      body: [
        'Cette page n’a pas été ouverte par Teams, ou Teams ne répond pas. Vous pouvez tout de même vous connecter ici.',
        'Ensuite, revenez à Teams et relancez la recherche.',
      ],
    },
    confirm: {
      heading: 'Associer le compte {account} de {connection} à {asker} dans Microsoft Teams\u202f?',
      body: [
        '{asker} pourra alors rechercher dans {connection} depuis Teams avec ce compte.',
        'Si vous ne venez pas de lancer cette demande dans Teams, annulez.',
      ],
    },
    confirmUnnamed: {
      heading:
        'Associer ce compte sans nom (identifiant {account}) de {connection} à {asker} dans Microsoft Teams\u202f?',
      body: [
        '{connection} n’a pas indiqué le nom du compte. Associez-le uniquement si vous venez de vous y connecter avec votre propre compte.',
        'Si vous ne venez pas de lancer cette demande dans Teams, annulez.',
      ],
    },
    connecting: { heading: 'Association en cours…', body: ['Un instant.'] },
    cancelling: { heading: 'Annulation en cours…', body: ['Un instant.'] },
    done: { heading: 'Vous êtes connecté', body: ['Retour à Teams…'] },
    doneStillOpen: {
      heading: 'Vous êtes connecté',
      body: ['Fermez cette fenêtre. Si Teams n’affiche pas vos résultats, relancez-y la recherche.'],
    },
    doneSearchAgain: { heading: 'Vous êtes connecté', body: [AGAIN] },
    doneInChat: { heading: 'Vous êtes connecté', body: ['Fermez cette fenêtre et continuez dans la conversation.'] },
    doneUntold: {
      heading: 'Teams n’a pas été informé de votre connexion',
      body: [
        'Cette fenêtre a perdu le contact avec Teams. Aucun compte n’a été associé.',
        'Fermez cette fenêtre et reconnectez-vous depuis Teams.',
      ],
    },

    'signin.cancelled': { heading: 'Connexion annulée', body: [NOTHING, AGAIN] },
    'signin.identity_mismatch': {
      heading: 'Connectez-vous en tant que {expected}',
      body: [
        'Vous vous êtes connecté en tant que {used}, le compte d’une autre personne. Aucun compte n’a été associé.',
        'Choisissez «\u202fUtiliser un autre compte\u202f» et connectez-vous en tant que {expected}. Si la page de connexion ne permet pas de choisir, utilisez Teams dans une fenêtre privée.',
      ],
    },
    'signin.scope_missing': {
      heading: 'Une autorisation est manquante',
      body: [
        'Le service de connexion n’a pas accordé toutes les autorisations nécessaires à la recherche. Aucun compte n’a été associé.',
        `${AGAIN} Connectez-vous alors et autorisez tout ce que demande la page de connexion.`,
      ],
    },
    'signin.other_teams_user': {
      heading: 'Ouvrez Teams en tant que {expected}',
      body: [
        'Ce lien est destiné à {expected}, mais Teams est ouvert avec un autre compte. Aucun compte n’a été associé.',
        'Si vous êtes {expected}, ouvrez Teams avec ce compte et lancez-y la recherche. Sinon, fermez cette fenêtre.',
      ],
    },
    'ticket.invalid': {
      heading: 'Ce lien de connexion ne fonctionne pas',
      body: ['Le lien est incomplet ou a été modifié.', `${AGAIN} Vous y obtiendrez un nouveau lien.`],
    },
    'ticket.expired': {
      heading: 'Ce lien de connexion a expiré',
      body: [`${AGAIN} Vous y obtiendrez un nouveau lien.`],
    },
    'transaction.unknown': {
      heading: 'Cette connexion est terminée',
      body: [
        'Elle avait déjà abouti, ou elle a pris trop de temps.',
        `${AGAIN} Si Teams vous demande de vous connecter, recommencez à partir de là.`,
      ],
    },
    'transaction.cookie': {
      heading: 'Cette connexion appartient à une autre fenêtre',
      body: [
        'Terminez-la dans le navigateur où vous l’avez commencée, et autorisez les cookies pour ce site.',
        'Fermez cette fenêtre, effectuez une recherche dans Teams et reconnectez-vous à partir de là.',
      ],
    },
    'confirmation.unknown': {
      heading: 'Cette question a expiré',
      body: [NOTHING, `${AGAIN} Reconnectez-vous à partir de là.`],
    },
    'request.malformed': {
      heading: 'Cette connexion n’a pas fonctionné',
      body: [`La réponse de la page de connexion est incomplète ou a été modifiée. ${NOTHING}`, AGAIN],
    },
    'request.origin': {
      heading: 'Cette connexion n’a pas fonctionné',
      body: [`La demande ne provient pas de cette page. ${NOTHING}`, AGAIN],
    },
    'provider.refused': {
      heading: 'Le service de connexion a refusé l’accès',
      body: [
        `Il ne vous a pas autorisé à vous connecter. ${NOTHING}`,
        `${AGAIN} Si cela se reproduit, demandez l’accès à votre administrateur.`,
      ],
    },
    'provider.policy': {
      heading: 'Votre organisation ne l’autorise pas',
      body: [
        'Une règle de votre organisation ou du service de connexion bloque ce compte. Aucun compte n’a été associé.',
        'Demandez l’accès à votre administrateur. Pour utiliser un autre compte, fermez cette fenêtre et relancez la recherche dans Teams.',
      ],
    },
    'provider.misconfigured': {
      heading: 'Cette connexion n’est pas configurée correctement',
      body: [
        'Le service de connexion n’accepte pas les paramètres de cette connexion. Aucun compte n’a été associé.',
        'Demandez à votre administrateur de les corriger, puis relancez la recherche dans Teams.',
      ],
    },
    'provider.invalid_response': {
      heading: 'La réponse du service de connexion n’est pas sûre',
      body: [
        `Elle a échoué à un contrôle de sécurité. ${NOTHING}`,
        `${AGAIN} Si cela se reproduit, prévenez votre administrateur.`,
      ],
    },
    'provider.unavailable': { heading: 'Le service de connexion n’est pas disponible', body: [NOTHING, WAIT] },
    'provider.timeout': {
      heading: 'Le service de connexion met trop de temps à répondre',
      body: [`Il n’a pas répondu à temps. ${NOTHING}`, WAIT],
    },
    'store.unavailable': {
      heading: 'Latchkey n’est pas disponible',
      body: ['Il ne peut pas enregistrer votre connexion pour le moment.', WAIT],
    },
    'limit.exceeded': {
      heading: 'Trop de tentatives',
      body: ['Attendez dix minutes, puis fermez cette fenêtre et relancez la recherche dans Teams.'],
    },
    'page.reloaded': {
      heading: 'Cette connexion est terminée',
      body: [
        'Le rechargement de cette page met fin à une connexion inachevée. Celle-ci n’a associé aucun compte.',
        `${AGAIN} Si Teams vous demande de vous connecter, recommencez à partir de là.`,
      ],
    },
    'page.no_teams': {
      heading: 'Ouvrez cette page depuis Teams',
      body: [
        'Teams ne répond pas, et ce compte ne peut être associé que depuis Teams.',
        'Fermez cette fenêtre, effectuez une recherche dans Teams et connectez-vous-y.',
      ],
    },
    'page.offline': {
      heading: 'Pas de connexion réseau',
      body: [
        'Latchkey est injoignable.',
        'Vérifiez votre réseau, puis fermez cette fenêtre et relancez la recherche dans Teams.',
      ],
    },
    'page.timeout': {
      heading: 'Latchkey met trop de temps à répondre',
      body: ['Il n’a pas répondu à temps.', WAIT],
    },
    'page.unexpected': {
      heading: 'Une erreur s’est produite',
      body: [
        'Latchkey a envoyé une réponse que cette page ne comprend pas.',
        `${AGAIN} Si cela se reproduit, prévenez votre administrateur.`,
      ],
    },
  },
};
