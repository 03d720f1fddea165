import type { Messages } from './en.ts';

const AGAIN = 'Feche esta janela e pesquise novamente no Teams.';
const WAIT = 'Aguarde um minuto, feche esta janela e pesquise novamente no Teams.';
const NOTHING = 'Nenhuma conta foi conectada.';

/** Brazilian Portuguese. */
export const pt: Messages = {
  lang: 'pt',
  dir: 'ltr',
  title: 'Entrada do Latchkey',
  stuck: 'Ainda está aqui? Feche esta janela e pesquise novamente no Teams.',
  noScript: {
    heading: 'O JavaScript está desativado',
    body: [
      'Para entrar, é necessário JavaScript. Permita-o nesta página, feche esta janela e pesquise novamente no Teams.',
    ],
  },
  chatTitle: 'Chat do Latchkey',
  chatFailed: {
    heading: 'Não é possível abrir o chat',
    body: [
      'Não é possível acessar o Latchkey ou o serviço de chat.',
      'Verifique sua rede e carregue esta página de novo.',
    ],
  },
  chatBlocked: {
    message: 'O navegador bloqueou a janela de entrada.',
    link: 'Abrir a página de entrada',
  },
  fromChat: {
    again: 'Feche esta janela e entre de novo pelo chat.',
    waitAndAgain: 'Espere alguns minutos. Depois feche esta janela e entre de novo pelo chat.',
  },
  unnamed: 'a pessoa que pesquisou',
  unnamedAccount: 'uma conta sem nome (ID {id})',
  closeByHand: 'Você já pode fechar esta janela.',
  account: {
    signedIn: 'Conectado como {account}',
    signedOut: 'Não conectado',
    chosen: 'As pesquisas em várias conexões usam só {connection}',
  },
  teamsUser: {
    signInName: '{asker} está conectado ao Teams como {signInName}.',
    tenant: '{asker} pertence ao locatário do Microsoft 365 {tenant}.',
    unknown:
      'O Teams não informou ao Latchkey quem você é; por isso, verifique se você é {asker}. Conecte somente se você acabou de pesquisar no Teams.',
  },
  buttons: {
    signIn: 'Entrar',
    switchAccount: 'Usar outra conta',
    signOut: 'Sair',
    signOutAll: 'Sair de todas as conexões',
    searchOnly: 'Pesquisar só em {connection}',
    searchAll: 'Pesquisar em todas as conexões',
    finish: 'Concluído',
    connect: 'Conectar',
    cancel: 'Cancelar',
    proceed: 'Continuar',
    retry: 'Tentar novamente',
    close: 'Fechar',
  },
  screens: {
    settingsOpening: { heading: 'Abrindo suas conexões…', body: ['Um momento.'] },
    settings: { heading: 'Suas conexões', body: ['O que {asker} pode pesquisar no Teams, e com quais contas.'] },
    settingsChanging: { heading: 'Alterando suas conexões…', body: ['Um momento.'] },
    opening: { heading: 'Abrindo a entrada…', body: ['Um momento.'] },
    leaving: {
      heading: 'Levando você à página de entrada…',
      body: ['A página de entrada será aberta nesta janela.'],
    },
    signingIn: { heading: 'Entrando…', body: ['Verificando com o serviço de entrada.'] },
    outsideTeams: {
      heading: 'Nenhuma janela do Teams encontrada',
      body: [
        'Esta página não foi aberta pelo Teams, ou o Teams não responde. Mesmo assim, você pode entrar aqui.',
        'Depois, volte ao Teams e pesquise novamente.',
      ],
    },
    confirm: {
      heading: 'Conectar a conta {account} de {connection} a {asker} no Microsoft Teams?',
      body: [
        'Depois disso, {asker} poderá pesquisar em {connection} pelo Teams com esta conta.',
        'Se você não iniciou isto pelo Teams agora mesmo, cancele.',
      ],
    },
    confirmUnnamed: {
      heading: 'Conectar esta conta sem nome (ID {account}) de {connection} a {asker} no Microsoft Teams?',
      body: [
        '{connection} não informou o nome da conta. Conecte somente se você acabou de entrar lá com sua própria conta.',
        'Se você não iniciou isto pelo Teams agora mesmo, cancele.',
      ],
    },
    connecting: { heading: 'Conectando…', body: ['Um momento.'] },
    cancelling: { heading: 'Cancelando…', body: ['Um momento.'] },
    done: { heading: 'Você entrou', body: ['Voltando ao Teams…'] },
    doneStillOpen: {
      heading: 'Você entrou',
      body: ['Feche esta janela. Se o Teams não mostrar os resultados, pesquise novamente lá.'],
    },
    doneSearchAgain: { heading: 'Você entrou', body: [AGAIN] },
    doneInChat: { heading: 'Você entrou', body: ['Feche esta janela e continue no chat.'] },
    doneUntold: {
      heading: 'O Teams não foi informado da sua entrada',
      body: [
        'Esta janela perdeu a conexão com o Teams. Nenhuma conta foi conectada.',
        'Feche esta janela e entre novamente pelo Teams.',
      ],
    },

    'signin.cancelled': { heading: 'Entrada cancelada', body: [NOTHING, AGAIN] },
    'signin.identity_mismatch': {
      heading: 'Entre como {expected}',
      body: [
        'Você entrou como {used}, que é a conta de outra pessoa. Nenhuma conta foi conectada.',
        'Escolha “Usar outra conta” e entre como {expected}. Se a página de entrada não deixar escolher, use o Teams em uma janela anônima.',
      ],
    },
    'signin.scope_missing': {
      heading: 'Falta uma permissão',
      body: [
        'O serviço de entrada não concedeu todas as permissões de que a pesquisa precisa. Nenhuma conta foi conectada.',
        `${AGAIN} Entre e permita tudo o que a página de entrada pedir.`,
      ],
    },
    'signin.other_teams_user': {
      heading: 'Abra o Teams como {expected}',
      body: [
        'Este link é para {expected}, mas o Teams está aberto com outra conta. Nenhuma conta foi conectada.',
        'Se você é {expected}, abra o Teams com essa conta e pesquise lá. Caso contrário, feche esta janela.',
      ],
    },
    'ticket.invalid': {
      heading: 'Este link de entrada não funciona',
      body: ['O link está incompleto ou foi alterado.', `${AGAIN} Lá você recebe um novo link.`],
    },
    'ticket.expired': {
      heading: 'Este link de entrada expirou',
      body: [`${AGAIN} Lá você recebe um novo link.`],
    },
    'transaction.unknown': {
      heading: 'Esta entrada foi encerrada',
      body: [
        'Ela já foi concluída ou demorou demais.',
        `${AGAIN} Se o Teams pedir que você entre, comece de novo por lá.`,
      ],
    },
    'transaction.cookie': {
      heading: 'Esta entrada pertence a outra janela',
      body: [
        'Conclua-a no navegador em que você começou e permita cookies para este site.',
        'Feche esta janela, pesquise no Teams e entre novamente por lá.',
      ],
    },
    'confirmation.unknown': {
      heading: 'Esta pergunta expirou',
      body: [NOTHING, `${AGAIN} Entre novamente por lá.`],
    },
    'request.malformed': {
      heading: 'Esta entrada não funcionou',
      body: [`A resposta da página de entrada está incompleta ou foi alterada. ${NOTHING}`, AGAIN],
    },
    'request.origin': {
      heading: 'Esta entrada não funcionou',
      body: [`A solicitação não veio desta página. ${NOTHING}`, AGAIN],
    },
    'provider.refused': {
      heading: 'O serviço de entrada recusou o acesso',
      body: [
        `Ele não permitiu que você entrasse. ${NOTHING}`,
        `${AGAIN} Se acontecer de novo, peça acesso ao administrador.`,
      ],
    },
    'provider.policy': {
      heading: 'Sua organização não permite isto',
      body: [
        'Uma regra da sua organização ou do serviço de entrada bloqueia esta conta. Nenhuma conta foi conectada.',
        'Peça acesso ao administrador. Para usar outra conta, feche esta janela e pesquise novamente no Teams.',
      ],
    },
    'provider.misconfigured': {
      heading: 'Esta entrada não está configurada corretamente',
      body: [
        'O serviço de entrada não aceita as configurações desta conexão. Nenhuma conta foi conectada.',
        'Peça ao administrador para corrigi-las e depois pesquise novamente no Teams.',
      ],
    },
    'provider.invalid_response': {
      heading: 'A resposta do serviço de entrada não é segura',
      body: [
        `A resposta não passou em uma verificação de segurança. ${NOTHING}`,
        `${AGAIN} Se acontecer de novo, avise o administrador.`,
      ],
    },
    'provider.unavailable': { heading: 'O serviço de entrada não está disponível', body: [NOTHING, WAIT] },
    'provider.timeout': {
      heading: 'O serviço de entrada está demorando demais',
      body: [`Ele não respondeu a tempo. ${NOTHING}`, WAIT],
    },
    'store.unavailable': {
      heading: 'O Latchkey não está disponível',
      body: ['Não é possível salvar a sua entrada agora.', WAIT],
    },
    'limit.exceeded': {
      heading: 'Muitas tentativas',
      body: ['Aguarde dez minutos, feche esta janela e pesquise novamente no Teams.'],
    },
    'page.reloaded': {
      heading: 'Esta entrada foi encerrada',
      body: [
        'Recarregar esta página encerra uma entrada não concluída. Ela não conectou nenhuma conta.',
        `${AGAIN} Se o Teams pedir que você entre, comece de novo por lá.`,
      ],
    },
    'page.no_teams': {
      heading: 'Abra isto pelo Teams',
      body: [
        'O Teams não responde, e esta conta só pode ser conectada pelo Teams.',
        'Feche esta janela, pesquise no Teams e entre por lá.',
      ],
    },
    'page.offline': {
      heading: 'Sem conexão',
      body: [
        'Não é possível acessar o Latchkey.',
        'Verifique a sua rede, feche esta janela e pesquise novamente no Teams.',
      ],
    },
    'page.timeout': {
      heading: 'O Latchkey está demorando demais',
      body: ['Ele não respondeu a tempo.', WAIT],
    },
    'page.unexpected': {
      heading: 'Algo deu errado',
      body: [
        'O Latchkey enviou uma resposta que esta página não entende.',
        `${AGAIN} Se acontecer de novo, avise o administrador.`,
      ],
    },
  },
};
