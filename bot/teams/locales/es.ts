import type { Messages } from './en.ts';
import { listFormatter, pluralFormatter } from './format.ts';

export const es: Messages = {
  direction: 'ltr',
  signIn: (title) => `Iniciar sesión en ${title}`,
  aTeamsUser: 'una persona que usa Teams',
  notAllowed: 'Latchkey no está activado para tu organización. Pide al administrador de Latchkey que la permita.',
  noIdentity:
    'Teams no ha indicado a Latchkey quién eres, así que no puedes iniciar sesión aquí. Si eres invitado o te has unido a una reunión de forma anónima, usa Teams en tu propia organización.',
  nothingFound: (query, title) =>
    `No hay resultados para «${query}» en ${title}. Prueba con menos palabras o con otras.`,
  nothingRecent: (title) => `No hay cambios recientes en ${title}. Escribe una palabra para buscar.`,
  superseded: 'Sustituida por una búsqueda más reciente.',
  noMore: 'No hay más resultados.',
  forbidden: (account, title) =>
    `Has iniciado sesión en ${title} como ${account}, pero esa cuenta no tiene acceso. Solicita acceso en ${title}.`,
  busy: (title, wait) => `${title} está ocupado. Vuelve a intentarlo dentro de ${wait}.`,
  unavailable: (title, reference) =>
    `No se ha podido buscar en ${title} en este momento. Vuelve a intentarlo dentro de un momento. Referencia: ${reference}`,
  unavailableFor: (title, wait, reference) =>
    `No se ha podido buscar en ${title} en este momento. Vuelve a intentarlo dentro de ${wait}. Referencia: ${reference}`,
  notAllSearched: (title) =>
    `No se ha podido buscar en todo ${title}, así que pueden faltar resultados. Vuelve a intentarlo dentro de un momento.`,
  unreadable: (title, reference) =>
    `No se ha podido leer la respuesta de ${title}. Avisa a tu administrador. Referencia: ${reference}`,
  paused: (wait) =>
    `Tu cuenta ha enviado demasiados códigos de inicio de sesión incorrectos. Para iniciar sesión, vuelve a buscar dentro de ${wait}.`,
  signedOut: (titles) => `Has cerrado sesión en ${titles}. Vuelve a buscar para iniciar sesión.`,
  notSignedInTo: (title) =>
    `No has iniciado sesión en ${title}. Elige «Tus conexiones» para iniciar sesión también allí.`,
  codeNotReturned: (title) =>
    `No puedes terminar de iniciar sesión en ${title} en esta aplicación. Abre un chat personal con Latchkey en Teams, inicia sesión allí y vuelve a buscar aquí.`,
  notSignedIn: 'No has iniciado sesión en ninguna conexión.',
  accountsUnavailable: (reference) =>
    `Tus conexiones no se pueden mostrar ni cambiar en este momento. Vuelve a intentarlo dentro de un momento. Referencia: ${reference}`,
  connectionsTitle: 'Tus conexiones',
  signOutTitle: 'Cerrar sesión',
  signOutOf: (title) => `Cerrar sesión en ${title}`,
  switchAccountAt: (title) => `Usar otra cuenta para ${title}`,
  moreConnections: (count) => `Mostrar ${count} más`,
  signOutOfAll: 'Cerrar todas las sesiones',
  accountOf: (account) => `Sesión iniciada como ${account}`,
  unnamedAccount: (id) => `una cuenta sin nombre (id. ${id})`,
  accountNone: 'Sesión no iniciada',
  list: listFormatter('es'),
  seconds: pluralFormatter('es', { one: '# segundo', other: '# segundos' }),
  minutes: pluralFormatter('es', { one: '# minuto', other: '# minutos' }),
  edited: (date, by) => (by ? `Última modificación: ${date}, por ${by}` : `Última modificación: ${date}`),
  pageOf: (title) => `Una página de ${title}. Para leerla, necesitas una cuenta allí.`,
  searchedHere: (title) => `Latchkey busca en ${title} desde Teams. Cada persona inicia sesión con su propia cuenta.`,
  notAResult: (title) => `Esto es un aviso sobre la búsqueda en ${title}, no un resultado.`,
  linkNotReadable: (title) =>
    `Esta página no existe en ${title} o tu cuenta no tiene acceso. Comprueba el vínculo o solicita acceso.`,
  view: (title) => `Ver en ${title}`,
  imageOf: (title) => `Imagen de ${title}`,
  fact: (label) => `${label}:`,
  facts: {
    status: 'Estado',
    assignee: 'Asignado a',
    priority: 'Prioridad',
    type: 'Tipo',
    number: 'Número',
    labels: 'Etiquetas',
    project: 'Proyecto',
    space: 'Espacio',
    site: 'Sitio',
    category: 'Categoría',
    due: 'Vence',
    owner: 'Propietario',
    author: 'Autor',
    created: 'Creado',
    folder: 'Carpeta',
    channel: 'Canal',
    milestone: 'Hito',
    version: 'Versión',
    team: 'Equipo',
  },
  factTerms: {
    open: 'Abierto',
    closed: 'Cerrado',
    merged: 'Fusionado',
    draft: 'Borrador',
    notPlanned: 'No planificado',
    duplicate: 'Duplicado',
    folder: 'Carpeta',
    document: 'Documento',
    spreadsheet: 'Hoja de cálculo',
    presentation: 'Presentación',
    notebook: 'Bloc de notas',
    picture: 'Imagen',
    video: 'Vídeo',
    page: 'Página',
    listItem: 'Elemento de lista',
    yes: 'Sí',
    no: 'No',
  },
  chatWelcome: (titles) => `Busco en ${titles} con tu propia cuenta. Solo tú ves los resultados.`,
  chatHow: (search) => `Envía «${search}» y unas palabras. Otros comandos:`,
  chatSearchWhat: '¿Qué quieres buscar? Envía unas palabras.',
  chatWhichSignOut: '¿De qué conexión quieres cerrar sesión?',
  chatUnknown: (message) => `No he entendido «${message}».`,
  searchFor: (message) => `Buscar «${message}»`,
  inPersonalChat: 'Los resultados son solo para ti, así que respondo en un chat personal.',
  openChat: 'Abrir un chat personal',
  signedInTo: (title, account) => `Has iniciado sesión en ${title} como ${account}.`,
  signInCancelled: (signIn) => `El inicio de sesión se canceló. Envía «${signIn}» para empezar de nuevo.`,
  signInNotFinished: (signIn) =>
    `No has iniciado sesión: se cerró la ventana o el vínculo ya no era válido. Envía «${signIn}» para obtener un vínculo nuevo.`,
  signInFailed: (signIn) =>
    `Ese inicio de sesión ha caducado o es de otra persona. Envía «${signIn}» para volver a intentarlo.`,
  alsoSignIn: (title, signIn) => `No has iniciado sesión en ${title}. Envía «${signIn}» para buscar también ahí.`,
  signInToAny: 'Inicia sesión en una de estas conexiones para buscar. Puedes añadir otras más tarde.',
  moreResults: pluralFormatter('es', { one: 'Hay # resultado más.', other: 'Hay # resultados más.' }),
  moreResultsUncounted: 'Hay más resultados.',
  showMore: 'Mostrar más',
  chatUnavailable: (reference) =>
    `No ha funcionado en este momento. Inténtalo de nuevo enseguida. Referencia: ${reference}`,
  openByHand: (prompt) =>
    `${prompt}: copia esta dirección en una pestaña nueva, inicia sesión allí y vuelve a buscar aquí.`,
  typeCommand: (command, parameter) =>
    `Agents Playground no lee el manifiesto. En «Specify Command ID or Parameter», escribe ${command} como identificador del comando y ${parameter} como nombre del parámetro.`,
};
