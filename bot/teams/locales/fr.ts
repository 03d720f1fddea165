import type { Messages } from './en.ts';
import { listFormatter, pluralFormatter } from './format.ts';

/** U+00A0 comes before a colon, U+202F inside guillemets and before other double marks. */
export const fr: Messages = {
  direction: 'ltr',
  signIn: (title) => `Se connecter à ${title}`,
  aTeamsUser: 'une personne sur Teams',
  notAllowed:
    'Latchkey n’est pas activé pour votre organisation. Demandez à l’administrateur de Latchkey de l’autoriser.',
  noIdentity:
    'Teams n’a pas indiqué à Latchkey qui vous êtes\u202f; vous ne pouvez donc pas vous connecter ici. Si vous êtes invité ou participez à une réunion de façon anonyme, utilisez Teams dans votre propre organisation.',
  nothingFound: (query, title) =>
    `Aucun résultat pour «\u202f${query}\u202f» dans ${title}. Essayez avec moins de mots ou d’autres mots.`,
  nothingRecent: (title) => `Aucune modification récente dans ${title}. Tapez un mot pour rechercher.`,
  superseded: 'Remplacée par une recherche plus récente.',
  noMore: 'Il n’y a pas d’autres résultats.',
  forbidden: (account, title) =>
    `Vous êtes connecté à ${title} avec le compte ${account}, mais ce compte n’a pas accès. Demandez l’accès dans ${title}.`,
  busy: (title, wait) => `${title} est occupé. Réessayez dans ${wait}.`,
  unavailable: (title, reference) =>
    `La recherche dans ${title} n’est pas possible pour le moment. Réessayez dans un instant. Référence\u00a0: ${reference}`,
  unavailableFor: (title, wait, reference) =>
    `La recherche dans ${title} n’est pas possible pour le moment. Réessayez dans ${wait}. Référence\u00a0: ${reference}`,
  notAllSearched: (title) =>
    `La recherche n’a pas pu porter sur tout ${title}\u202f; il manque peut-être des résultats. Réessayez dans un instant.`,
  unreadable: (title, reference) =>
    `La réponse de ${title} n’a pas pu être lue. Prévenez votre administrateur. Référence\u00a0: ${reference}`,
  paused: (wait) =>
    `Votre compte a envoyé trop de codes de connexion incorrects. Pour vous connecter, relancez la recherche dans ${wait}.`,
  signedOut: (titles) => `Vous êtes déconnecté de ${titles}. Relancez une recherche pour vous connecter.`,
  notSignedInTo: (title) =>
    `Vous n’êtes pas connecté à ${title}. Choisissez «\u202fVos connexions\u202f» pour vous y connecter aussi.`,
  codeNotReturned: (title) =>
    `Vous ne pouvez pas terminer la connexion à ${title} dans cette application. Ouvrez dans Teams une conversation personnelle avec Latchkey, connectez-vous-y, puis relancez la recherche ici.`,
  notSignedIn: 'Vous n’êtes connecté à aucun service.',
  accountsUnavailable: (reference) =>
    `Vos connexions ne peuvent être ni affichées ni modifiées pour le moment. Réessayez dans un instant. Référence\u00a0: ${reference}`,
  connectionsTitle: 'Vos connexions',
  signOutTitle: 'Se déconnecter',
  signOutOf: (title) => `Se déconnecter de ${title}`,
  switchAccountAt: (title) => `Utiliser un autre compte pour ${title}`,
  moreConnections: (count) => `Afficher ${count} de plus`,
  signOutOfAll: 'Tout déconnecter',
  accountOf: (account) => `Connecté avec le compte ${account}`,
  unnamedAccount: (id) => `sans nom (identifiant ${id})`,
  accountNone: 'Non connecté',
  list: listFormatter('fr'),
  seconds: pluralFormatter('fr', { one: '#\u00a0seconde', other: '#\u00a0secondes' }),
  minutes: pluralFormatter('fr', { one: '#\u00a0minute', other: '#\u00a0minutes' }),
  edited: (date, by) =>
    by ? `Dernière modification\u00a0: ${date}, par ${by}` : `Dernière modification\u00a0: ${date}`,
  pageOf: (title) => `Une page de ${title}. Pour la lire, il vous faut un compte sur ce site.`,
  searchedHere: (title) =>
    `Latchkey recherche dans ${title} depuis Teams. Chaque personne se connecte avec son propre compte.`,
  notAResult: (title) => `Ceci est un avis sur la recherche dans ${title}, et non un résultat.`,
  linkNotReadable: (title) =>
    `Cette page n’existe pas dans ${title}, ou votre compte n’y a pas accès. Vérifiez le lien ou demandez l’accès.`,
  view: (title) => `Afficher dans ${title}`,
  imageOf: (title) => `Image de ${title}`,
  fact: (label) => `${label}\u00a0:`,
  facts: {
    status: 'État',
    assignee: 'Attribué à',
    priority: 'Priorité',
    type: 'Type',
    number: 'Numéro',
    labels: 'Étiquettes',
    project: 'Projet',
    space: 'Espace',
    site: 'Site',
    category: 'Catégorie',
    due: 'Échéance',
    owner: 'Propriétaire',
    author: 'Auteur',
    created: 'Créé le',
    folder: 'Dossier',
    channel: 'Canal',
    milestone: 'Jalon',
    version: 'Version',
    team: 'Équipe',
  },
  factTerms: {
    open: 'Ouvert',
    closed: 'Fermé',
    merged: 'Fusionné',
    draft: 'Brouillon',
    notPlanned: 'Non planifié',
    duplicate: 'Doublon',
    folder: 'Dossier',
    document: 'Document',
    spreadsheet: 'Feuille de calcul',
    presentation: 'Présentation',
    notebook: 'Bloc-notes',
    picture: 'Image',
    video: 'Vidéo',
    page: 'Page',
    listItem: 'Élément de liste',
    yes: 'Oui',
    no: 'Non',
  },
  chatWelcome: (titles) => `Je cherche dans ${titles} avec votre propre compte. Vous seul voyez les résultats.`,
  chatHow: (search) => `Envoyez «\u202f${search}\u202f» et quelques mots. Autres commandes\u00a0:`,
  chatSearchWhat: 'Que voulez-vous rechercher\u202f? Envoyez quelques mots.',
  chatWhichSignOut: 'De quelle connexion voulez-vous vous déconnecter ?',
  chatUnknown: (message) => `Je n’ai pas compris «\u202f${message}\u202f».`,
  searchFor: (message) => `Rechercher «\u202f${message}\u202f»`,
  inPersonalChat: 'Vos résultats sont réservés à vous seul\u00a0: je réponds donc dans une conversation personnelle.',
  openChat: 'Ouvrir une conversation personnelle',
  signedInTo: (title, account) => `Vous êtes connecté à ${title} en tant que ${account}.`,
  signInCancelled: (signIn) => `La connexion a été annulée. Envoyez «\u202f${signIn}\u202f» pour recommencer.`,
  signInNotFinished: (signIn) =>
    `Vous n’êtes pas connecté : la fenêtre a été fermée, ou le lien n’était plus valable. Envoyez «\u202f${signIn}\u202f» pour recevoir un nouveau lien.`,
  signInFailed: (signIn) =>
    `Cette connexion a expiré ou appartient à une autre personne. Envoyez «\u202f${signIn}\u202f» pour réessayer.`,
  alsoSignIn: (title, signIn) =>
    `Vous n’êtes pas connecté à ${title}. Envoyez «\u202f${signIn}\u202f» pour y chercher aussi.`,
  signInToAny: 'Connectez-vous à l’un de ces services pour rechercher. Vous pourrez en ajouter d’autres plus tard.',
  moreResults: pluralFormatter('fr', { one: 'Il y a encore # résultat.', other: 'Il y a encore # résultats.' }),
  moreResultsUncounted: 'Il y a d’autres résultats.',
  showMore: 'Afficher plus',
  chatUnavailable: (reference) => `Cela n’a pas fonctionné. Réessayez dans un instant. Référence\u00a0: ${reference}`,
  openByHand: (prompt) =>
    `${prompt}\u00a0: copiez cette adresse dans un nouvel onglet, connectez-vous-y, puis relancez la recherche ici.`,
  typeCommand: (command, parameter) =>
    `Agents Playground ne lit pas le manifeste. Sous «\u202fSpecify Command ID or Parameter\u202f», saisissez ${command} comme identifiant de commande et ${parameter} comme nom de paramètre.`,
};
