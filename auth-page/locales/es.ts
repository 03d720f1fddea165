import type { Messages } from './en.ts';

const AGAIN = 'Cierra esta ventana y vuelve a buscar en Teams.';
const WAIT = 'Espera un minuto, cierra esta ventana y vuelve a buscar en Teams.';
const NOTHING = 'No se ha conectado ninguna cuenta.';

export const es: Messages = {
  lang: 'es',
  dir: 'ltr',
  title: 'Inicio de sesión de Latchkey',
  stuck: '¿Sigues aquí? Cierra esta ventana y vuelve a buscar en Teams.',
  noScript: {
    heading: 'JavaScript está desactivado',
    body: [
      'Para iniciar sesión se necesita JavaScript. Permítelo en esta página, cierra esta ventana y vuelve a buscar en Teams.',
    ],
  },
  chatTitle: 'Chat de Latchkey',
  chatFailed: {
    heading: 'No se puede abrir el chat',
    body: [
      'No se puede acceder a Latchkey o al servicio de chat.',
      'Comprueba tu conexión y vuelve a cargar esta página.',
    ],
  },
  chatBlocked: {
    message: 'El explorador ha bloqueado la ventana de inicio de sesión.',
    link: 'Abrir la página de inicio de sesión',
  },
  fromChat: {
    again: 'Cierra esta ventana e inicia sesión de nuevo desde el chat.',
    waitAndAgain: 'Espera unos minutos. Después cierra esta ventana e inicia sesión de nuevo desde el chat.',
  },
  unnamed: 'la persona que hizo la búsqueda',
  unnamedAccount: 'una cuenta sin nombre (id. {id})',
  closeByHand: 'Ya puedes cerrar esta ventana.',
  account: {
    signedIn: 'Sesión iniciada como {account}',
    signedOut: 'Sesión no iniciada',
    chosen: 'Las búsquedas en varias conexiones usan solo {connection}',
  },
  teamsUser: {
    signInName: '{asker} ha iniciado sesión en Teams como {signInName}.',
    tenant: '{asker} pertenece al inquilino de Microsoft 365 {tenant}.',
    unknown:
      'Teams no ha indicado a Latchkey quién eres, así que comprueba que eres {asker}. Conecta la cuenta solo si acabas de buscar en Teams.',
  },
  buttons: {
    signIn: 'Iniciar sesión',
    switchAccount: 'Usar otra cuenta',
    signOut: 'Cerrar sesión',
    signOutAll: 'Cerrar sesión en todas las conexiones',
    searchOnly: 'Buscar solo en {connection}',
    searchAll: 'Buscar en todas las conexiones',
    finish: 'Listo',
    connect: 'Conectar',
    cancel: 'Cancelar',
    proceed: 'Continuar',
    retry: 'Volver a intentarlo',
    close: 'Cerrar',
  },
  screens: {
    settingsOpening: { heading: 'Abriendo tus conexiones…', body: ['Un momento.'] },
    settings: { heading: 'Tus conexiones', body: ['Lo que {asker} puede buscar desde Teams y con qué cuentas.'] },
    settingsChanging: { heading: 'Cambiando tus conexiones…', body: ['Un momento.'] },
    opening: { heading: 'Abriendo el inicio de sesión…', body: ['Un momento.'] },
    leaving: {
      heading: 'Te llevamos al inicio de sesión…',
      body: ['La página de inicio de sesión se abrirá en esta ventana.'],
    },
    signingIn: { heading: 'Iniciando sesión…', body: ['Comprobando con el servicio de inicio de sesión.'] },
    outsideTeams: {
      heading: 'No se encuentra ninguna ventana de Teams',
      body: [
        'Teams no ha abierto esta página o no responde. Aun así, puedes iniciar sesión aquí.',
        'Después, vuelve a Teams y busca de nuevo.',
      ],
    },
    confirm: {
      heading: '¿Conectar la cuenta {account} de {connection} con {asker} en Microsoft Teams?',
      body: [
        '{asker} podrá buscar en {connection} desde Teams con esta cuenta.',
        'Si no has iniciado esto desde Teams hace un momento, cancela.',
      ],
    },
    confirmUnnamed: {
      heading: '¿Conectar esta cuenta sin nombre (id. {account}) de {connection} con {asker} en Microsoft Teams?',
      body: [
        '{connection} no ha indicado cómo se llama la cuenta. Conéctala solo si acabas de iniciar sesión allí con tu propia cuenta.',
        'Si no has iniciado esto desde Teams hace un momento, cancela.',
      ],
    },
    connecting: { heading: 'Conectando…', body: ['Un momento.'] },
    cancelling: { heading: 'Cancelando…', body: ['Un momento.'] },
    done: { heading: 'Has iniciado sesión', body: ['Volviendo a Teams…'] },
    doneStillOpen: {
      heading: 'Has iniciado sesión',
      body: ['Cierra esta ventana. Si Teams no muestra los resultados, vuelve a buscar allí.'],
    },
    doneSearchAgain: { heading: 'Has iniciado sesión', body: [AGAIN] },
    doneInChat: { heading: 'Has iniciado sesión', body: ['Cierra esta ventana y sigue en el chat.'] },
    doneUntold: {
      heading: 'Teams no sabe que has iniciado sesión',
      body: [
        'Esta ventana ha perdido la conexión con Teams. No se ha conectado ninguna cuenta.',
        'Cierra esta ventana y vuelve a iniciar sesión desde Teams.',
      ],
    },

    'signin.cancelled': { heading: 'Inicio de sesión cancelado', body: [NOTHING, AGAIN] },
    'signin.identity_mismatch': {
      heading: 'Inicia sesión como {expected}',
      body: [
        'Has iniciado sesión como {used}, que es la cuenta de otra persona. No se ha conectado ninguna cuenta.',
        'Elige «Usar otra cuenta» e inicia sesión como {expected}. Si la página de inicio de sesión no te deja elegir, usa Teams en una ventana privada.',
      ],
    },
    'signin.scope_missing': {
      heading: 'Falta un permiso',
      body: [
        'El servicio de inicio de sesión no ha concedido todos los permisos que la búsqueda necesita. No se ha conectado ninguna cuenta.',
        `${AGAIN} Inicia sesión y permite todo lo que pida la página de inicio de sesión.`,
      ],
    },
    'signin.other_teams_user': {
      heading: 'Abre Teams como {expected}',
      body: [
        'Este vínculo es para {expected}, pero Teams está abierto con otra cuenta. No se ha conectado ninguna cuenta.',
        'Si eres {expected}, abre Teams con esa cuenta y busca allí. Si no, cierra esta ventana.',
      ],
    },
    'ticket.invalid': {
      heading: 'Este vínculo de inicio de sesión no funciona',
      body: ['El vínculo está incompleto o se ha modificado.', `${AGAIN} Allí recibirás un vínculo nuevo.`],
    },
    'ticket.expired': {
      heading: 'Este vínculo de inicio de sesión ha caducado',
      body: [`${AGAIN} Allí recibirás un vínculo nuevo.`],
    },
    'transaction.unknown': {
      heading: 'Este inicio de sesión ha terminado',
      body: [
        'Ya se había completado o ha tardado demasiado.',
        `${AGAIN} Si Teams te pide que inicies sesión, empieza de nuevo desde allí.`,
      ],
    },
    'transaction.cookie': {
      heading: 'Este inicio de sesión pertenece a otra ventana',
      body: [
        'Complétalo en el explorador en el que lo empezaste y permite las cookies para este sitio.',
        'Cierra esta ventana, busca en Teams y vuelve a iniciar sesión desde allí.',
      ],
    },
    'confirmation.unknown': {
      heading: 'Esta pregunta ha caducado',
      body: [NOTHING, `${AGAIN} Inicia sesión de nuevo desde allí.`],
    },
    'request.malformed': {
      heading: 'Este inicio de sesión no ha funcionado',
      body: [`La respuesta de la página de inicio de sesión está incompleta o se ha modificado. ${NOTHING}`, AGAIN],
    },
    'request.origin': {
      heading: 'Este inicio de sesión no ha funcionado',
      body: [`La solicitud no procede de esta página. ${NOTHING}`, AGAIN],
    },
    'provider.refused': {
      heading: 'El servicio de inicio de sesión ha denegado el acceso',
      body: [
        `No te ha permitido iniciar sesión. ${NOTHING}`,
        `${AGAIN} Si vuelve a ocurrir, pide acceso a tu administrador.`,
      ],
    },
    'provider.policy': {
      heading: 'Tu organización no permite esto',
      body: [
        'Una regla de tu organización o del servicio de inicio de sesión bloquea esta cuenta. No se ha conectado ninguna cuenta.',
        'Pide acceso a tu administrador. Para usar otra cuenta, cierra esta ventana y vuelve a buscar en Teams.',
      ],
    },
    'provider.misconfigured': {
      heading: 'Este inicio de sesión no está bien configurado',
      body: [
        'El servicio de inicio de sesión no acepta la configuración de esta conexión. No se ha conectado ninguna cuenta.',
        'Pide a tu administrador que la corrija y después vuelve a buscar en Teams.',
      ],
    },
    'provider.invalid_response': {
      heading: 'La respuesta del servicio de inicio de sesión no es segura',
      body: [
        `La respuesta no ha superado una comprobación de seguridad. ${NOTHING}`,
        `${AGAIN} Si vuelve a ocurrir, avisa a tu administrador.`,
      ],
    },
    'provider.unavailable': { heading: 'El servicio de inicio de sesión no está disponible', body: [NOTHING, WAIT] },
    'provider.timeout': {
      heading: 'El servicio de inicio de sesión tarda demasiado',
      body: [`No ha respondido a tiempo. ${NOTHING}`, WAIT],
    },
    'store.unavailable': {
      heading: 'Latchkey no está disponible',
      body: ['No puede guardar tu inicio de sesión en este momento.', WAIT],
    },
    'limit.exceeded': {
      heading: 'Demasiados intentos',
      body: ['Espera diez minutos, cierra esta ventana y vuelve a buscar en Teams.'],
    },
    'page.reloaded': {
      heading: 'Este inicio de sesión ha terminado',
      body: [
        'Al volver a cargar esta página, termina un inicio de sesión incompleto. No ha conectado ninguna cuenta.',
        `${AGAIN} Si Teams te pide que inicies sesión, empieza de nuevo desde allí.`,
      ],
    },
    'page.no_teams': {
      heading: 'Abre esta página en Teams',
      body: [
        'Teams no responde, y esta cuenta solo se puede conectar desde Teams.',
        'Cierra esta ventana, busca en Teams e inicia sesión allí.',
      ],
    },
    'page.offline': {
      heading: 'Sin conexión',
      body: ['No se puede acceder a Latchkey.', 'Comprueba tu red, cierra esta ventana y vuelve a buscar en Teams.'],
    },
    'page.timeout': { heading: 'Latchkey tarda demasiado', body: ['No ha respondido a tiempo.', WAIT] },
    'page.unexpected': {
      heading: 'Se ha producido un error',
      body: [
        'Latchkey ha enviado una respuesta que esta página no entiende.',
        `${AGAIN} Si vuelve a ocurrir, avisa a tu administrador.`,
      ],
    },
  },
};
