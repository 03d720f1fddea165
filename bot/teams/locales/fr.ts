import type { Messages } from './en.ts';
import { listFormatter, pluralFormatter } from './format.ts';

/** U+00A0 comes before a colon, U+202F inside guillemets and before other double marks. */
export const fr: Messages = {
  direction: 'ltr',
  signIn: (title) => `Se connecter à ${title}`,
  aTeamsUser: 'une personne sur Teams',
  notAllowed:
    'Latchkey n’est pas activé pour votre organisation. Demandez à la personne qui le gère d’ajouter votre locataire à la liste de ceux qui sont autorisés.',
  noIdentity:
    'Teams n’a pas indiqué qui vous êtes\u202f; vous ne pouvez donc pas vous connecter ici. Si vous participez à une réunion en tant qu’invité ou de manière anonyme, utilisez Teams dans votre propre organisation.',
  nothingFound: (query, title) =>
    `Rien dans ${title} ne correspond à «\u202f${query}\u202f». Essayez avec moins de mots ou d’autres mots.`,
  nothingRecent: (title) => `Rien n’a changé récemment dans ${title}. Tapez un mot pour lancer une recherche.`,
  superseded: 'Vous avez continué à taper\u00a0: cette recherche a été arrêtée au profit de la plus récente.',
  noMore: 'Il n’y a pas d’autres résultats.',
  forbidden: (account, title) =>
    `Vous êtes connecté à ${title} avec le compte ${account}, et ce compte n’est pas autorisé à lire ce contenu. Demandez-y l’accès.`,
  busy: (title, wait) => `${title} est occupé. Réessayez dans ${wait}.`,
  unavailable: (title, reference) =>
    `La recherche dans ${title} n’est pas possible pour le moment. Réessayez dans un instant. Référence\u00a0: ${reference}`,
  unavailableFor: (title, wait, reference) =>
    `La recherche dans ${title} n’est pas possible pour le moment. Réessayez dans ${wait}. Référence\u00a0: ${reference}`,
  notAllSearched: (title) =>
    `La recherche n’a pas pu porter sur tout le contenu de ${title}. Il y a peut-être d’autres résultats\u00a0: réessayez dans un instant.`,
  unreadable: (title, reference) =>
    `La réponse de ${title} n’a pas pu être lue. Prévenez votre administrateur. Référence\u00a0: ${reference}`,
  paused: (wait) =>
    `Trop de codes de connexion non valides ont été envoyés depuis votre compte. Relancez la recherche dans ${wait} pour vous connecter.`,
  signedOut: (titles) => `Vous êtes déconnecté de ${titles}. Relancez une recherche pour vous connecter.`,
  notSignedInTo: (title) =>
    `Vous n’êtes pas connecté à ${title}. Choisissez «\u202fVos connexions\u202f» pour vous y connecter aussi.`,
  codeNotReturned: (title) =>
    `La connexion à ${title} ne peut pas se terminer dans cette application, car elle ne renvoie pas le code. Ouvrez dans Teams une conversation personnelle avec Latchkey, connectez-vous là-bas, puis relancez la recherche ici.`,
  notSignedIn: 'Vous n’êtes connecté à rien ici.',
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
  pageOf: (title) => `Une page de ${title}, à lire avec un compte sur ce site.`,
  searchedHere: (title) =>
    `Latchkey recherche dans ${title} depuis Teams. Chaque personne se connecte avec son propre compte.`,
  notAResult: (title) => `Ceci est un avis sur la recherche dans ${title}, et non une de ses pages.`,
  linkNotReadable: (title) =>
    `Cette page de ${title} ne peut pas être affichée\u00a0: elle n’existe pas, ou le compte qui y est connecté ne peut pas la lire.`,
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
  chatWelcome: (titles) => `Je cherche dans ${titles} avec votre propre compte. Ce que je trouve n’est que pour vous.`,
  chatHow: (search) => `Écrivez « ${search} » et quelques mots. Je comprends aussi ceci :`,
  chatSearchWhat: 'Que dois-je chercher ? Écrivez-moi quelques mots.',
  chatWhichSignOut: 'De quelle connexion voulez-vous vous déconnecter ?',
  chatUnknown: (message) => `Je ne sais que faire de « ${message} ».`,
  searchFor: (message) => `Rechercher « ${message} »`,
  inPersonalChat: 'Ce que je trouve n’est que pour vous : je réponds donc dans une conversation personnelle.',
  openChat: 'Ouvrir une conversation personnelle',
  signedInTo: (title, account) => `Vous êtes connecté à ${title} en tant que ${account}.`,
  signInCancelled: (signIn) => `La connexion a été annulée. Écrivez « ${signIn} » pour recommencer.`,
  signInNotFinished: (signIn) =>
    `Vous n’êtes pas connecté : la fenêtre a été fermée, ou le lien n’était plus valable. Écrivez « ${signIn} » pour recevoir un nouveau lien.`,
  signInFailed: (signIn) =>
    `Cette connexion est arrivée trop tard ou n’était pas la vôtre. Écrivez « ${signIn} » pour recommencer.`,
  alsoSignIn: (title, signIn) => `Vous n’êtes pas connecté à ${title}. Écrivez « ${signIn} » pour y chercher aussi.`,
  signInToAny: 'Connectez-vous pour rechercher. Une seule suffit. Vous pourrez en ajouter d’autres plus tard.',
  moreResults: pluralFormatter('fr', { one: 'Il y a encore # résultat.', other: 'Il y a encore # résultats.' }),
  moreResultsUncounted: 'Il y a d’autres résultats.',
  showMore: 'Afficher plus',
  chatUnavailable: (reference) => `Cela n’a pas fonctionné. Réessayez dans un instant. Référence : ${reference}`,
  openByHand: (prompt) =>
    `${prompt}\u00a0: copiez cette adresse dans un nouvel onglet, connectez-vous-y, puis relancez la recherche ici.`,
  typeCommand: (command, parameter) =>
    `Agents Playground ne lit pas le manifeste. Sous «\u202fSpecify Command ID or Parameter\u202f», saisissez ${command} comme identifiant de commande et ${parameter} comme nom de paramètre.`,
};
