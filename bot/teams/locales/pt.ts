import type { Messages } from './en.ts';
import { listFormatter, pluralFormatter } from './format.ts';

/** Brazilian Portuguese. */
export const pt: Messages = {
  direction: 'ltr',
  signIn: (title) => `Entrar em ${title}`,
  aTeamsUser: 'uma pessoa que usa o Teams',
  notAllowed:
    'O Latchkey não está habilitado para a sua organização. Peça a quem o administra para adicionar o seu locatário aos permitidos.',
  noIdentity:
    'O Teams não informou quem você é; por isso, não é possível entrar aqui. Se você participa de uma reunião como convidado ou anonimamente, use o Teams da sua própria organização.',
  nothingFound: (query, title) => `Nada em ${title} corresponde a “${query}”. Tente menos palavras ou outras.`,
  nothingRecent: (title) => `Nada mudou em ${title} ultimamente. Digite uma palavra para pesquisar.`,
  superseded: 'Você continuou digitando: esta pesquisa foi interrompida para dar lugar à mais recente.',
  noMore: 'Não há mais resultados.',
  forbidden: (account, title) =>
    `Você entrou em ${title} como ${account}, e essa conta não tem permissão para ler isto. Solicite acesso lá.`,
  busy: (title, wait) => `${title} está ocupado. Tente novamente em ${wait}.`,
  unavailable: (title, reference) =>
    `Não foi possível pesquisar em ${title} agora. Tente novamente em instantes. Referência: ${reference}`,
  unavailableFor: (title, wait, reference) =>
    `Não foi possível pesquisar em ${title} agora. Tente novamente em ${wait}. Referência: ${reference}`,
  notAllSearched: (title) =>
    `Não foi possível pesquisar em todo o conteúdo de ${title} agora. Pode haver mais resultados: tente novamente em instantes.`,
  unreadable: (title, reference) =>
    `Não foi possível ler a resposta de ${title}. Avise o administrador. Referência: ${reference}`,
  paused: (wait) => `Sua conta enviou códigos de entrada incorretos demais. Pesquise novamente em ${wait} para entrar.`,
  signedOut: (titles) => `Você saiu de ${titles}. Pesquise novamente para entrar.`,
  notSignedInTo: (title) => `Você não entrou em ${title}. Escolha “Suas conexões” para entrar lá também.`,
  notSignedIn: 'Você não entrou em nada aqui.',
  accountsUnavailable: (reference) =>
    `Não é possível mostrar nem alterar as suas conexões agora. Tente novamente em instantes. Referência: ${reference}`,
  connectionsTitle: 'Suas conexões',
  signOutTitle: 'Sair',
  signOutOf: (title) => `Sair de ${title}`,
  switchAccountAt: (title) => `Usar outra conta em ${title}`,
  moreConnections: (count) => `Mostrar mais ${count}`,
  signOutOfAll: 'Sair de todas',
  accountOf: (account) => `Conectado como ${account}`,
  unnamedAccount: (id) => `uma conta sem nome (ID ${id})`,
  accountNone: 'Não conectado',
  list: listFormatter('pt'),
  seconds: pluralFormatter('pt', { one: '# segundo', other: '# segundos' }),
  minutes: pluralFormatter('pt', { one: '# minuto', other: '# minutos' }),
  edited: (date, by) => (by ? `Última edição: ${date}, por ${by}` : `Última edição: ${date}`),
  from: (title, account) => `${title} · conectado como ${account}`,
  pageOf: (title) => `Uma página de ${title}, que pode ser lida com uma conta de lá.`,
  searchedHere: (title) => `O Latchkey pesquisa em ${title} a partir do Teams. Cada pessoa entra com a própria conta.`,
  notAResult: (title) => `Isto é um aviso sobre a pesquisa em ${title}, não uma página de lá.`,
  linkNotReadable: (title) =>
    `Não é possível mostrar esta página de ${title}: ela não existe ou a conta que entrou lá não pode lê-la.`,
  view: (title) => `Ver em ${title}`,
  imageOf: (title) => `Imagem de ${title}`,
  chatWelcome: (titles) => `Eu pesquiso em ${titles} com a sua própria conta. O que encontro é só para você.`,
  chatHow: (search) => `Escreva “${search}” e algumas palavras. Também entendo isto:`,
  chatSearchWhat: 'O que devo procurar? Escreva algumas palavras.',
  chatWhichSignOut: 'De qual conexão você quer sair?',
  chatUnknown: (message) => `Não sei o que fazer com “${message}”.`,
  searchFor: (message) => `Pesquisar “${message}”`,
  inPersonalChat: 'O que encontro é só para você, por isso respondo em um chat pessoal.',
  openChat: 'Abrir um chat pessoal',
  signedInTo: (title, account) => `Você está conectado a ${title} como ${account}.`,
  signInCancelled: (signIn) => `A entrada foi cancelada. Escreva “${signIn}” para começar de novo.`,
  signInNotFinished: (signIn) =>
    `Você não entrou: a janela foi fechada ou o link não era mais válido. Escreva “${signIn}” para receber um novo link.`,
  signInFailed: (signIn) =>
    `Essa entrada chegou tarde demais ou não era sua. Escreva “${signIn}” para começar de novo.`,
  alsoSignIn: (title, signIn) => `Você não está conectado a ${title}. Escreva “${signIn}” para pesquisar lá também.`,
  signInToAny: 'Entre para pesquisar. Uma destas basta. Você pode adicionar outras depois.',
  moreResults: pluralFormatter('pt', { one: 'Há mais # resultado.', other: 'Há mais # resultados.' }),
  moreResultsUncounted: 'Há mais resultados.',
  showMore: 'Mostrar mais',
  chatUnavailable: (reference) => `Não funcionou agora. Tente de novo daqui a pouco. Referência: ${reference}`,
  openByHand: (prompt) => `${prompt}: copie este endereço para uma nova guia, entre por lá e pesquise aqui novamente.`,
  typeCommand: (command, parameter) =>
    `O Agents Playground não lê o manifesto. Em “Specify Command ID or Parameter”, digite ${command} como ID do comando e ${parameter} como nome do parâmetro.`,
};
