import type { Messages } from './en.ts';
import { listFormatter, pluralFormatter } from './format.ts';

export const es: Messages = {
  direction: 'ltr',
  signIn: (title) => `Iniciar sesión en ${title}`,
  aTeamsUser: 'una persona que usa Teams',
  notAllowed:
    'Latchkey no está activado para tu organización. Pide a quien lo administra que añada tu inquilino a los permitidos.',
  noIdentity:
    'Teams no ha indicado quién eres, así que no puedes iniciar sesión aquí. Si participas como invitado o de forma anónima en una reunión, usa Teams en tu propia organización.',
  nothingFound: (query, title) =>
    `No hay nada en ${title} que coincida con «${query}». Prueba con menos palabras o con otras.`,
  nothingRecent: (title) => `No ha cambiado nada en ${title} últimamente. Escribe una palabra para buscar.`,
  superseded: 'Has seguido escribiendo: esta búsqueda se ha detenido para dar paso a la más reciente.',
  noMore: 'No hay más resultados.',
  forbidden: (account, title) =>
    `Has iniciado sesión en ${title} como ${account}, y esa cuenta no tiene permiso para leer esto. Solicita acceso allí.`,
  busy: (title, wait) => `${title} está ocupado. Vuelve a intentarlo dentro de ${wait}.`,
  unavailable: (title, reference) =>
    `No se ha podido buscar en ${title} en este momento. Vuelve a intentarlo dentro de un momento. Referencia: ${reference}`,
  unavailableFor: (title, wait, reference) =>
    `No se ha podido buscar en ${title} en este momento. Vuelve a intentarlo dentro de ${wait}. Referencia: ${reference}`,
  notAllSearched: (title) =>
    `En este momento no se ha podido buscar en todo el contenido de ${title}. Puede haber más resultados: vuelve a intentarlo dentro de un momento.`,
  unreadable: (title, reference) =>
    `No se ha podido leer la respuesta de ${title}. Avisa a tu administrador. Referencia: ${reference}`,
  paused: (wait) =>
    `Han llegado desde tu cuenta demasiados códigos de inicio de sesión que no coinciden. Vuelve a buscar dentro de ${wait} para iniciar sesión.`,
  signedOut: (titles) => `Has cerrado sesión en ${titles}. Vuelve a buscar para iniciar sesión.`,
  notSignedInTo: (title) =>
    `No has iniciado sesión en ${title}. Elige «Tus conexiones» para iniciar sesión también allí.`,
  codeNotReturned: (title) =>
    `El inicio de sesión en ${title} no se puede terminar en esta aplicación, porque no devuelve el código. Abre en Teams un chat personal con Latchkey, inicia sesión allí y busca aquí de nuevo.`,
  notSignedIn: 'No has iniciado sesión en nada aquí.',
  accountsUnavailable: (reference) =>
    `Tus conexiones no se pueden mostrar ni cambiar en este momento. Vuelve a intentarlo dentro de un momento. Referencia: ${reference}`,
  connectionsTitle: 'Tus conexiones',
  signOutTitle: 'Cerrar sesión',
  signOutOf: (title) => `Cerrar sesión en ${title}`,
  switchAccountAt: (title) => `Usar otra cuenta en ${title}`,
  moreConnections: (count) => `Mostrar ${count} más`,
  signOutOfAll: 'Cerrar todas las sesiones',
  accountOf: (account) => `Sesión iniciada como ${account}`,
  unnamedAccount: (id) => `una cuenta sin nombre (id. ${id})`,
  accountNone: 'Sesión no iniciada',
  list: listFormatter('es'),
  seconds: pluralFormatter('es', { one: '# segundo', other: '# segundos' }),
  minutes: pluralFormatter('es', { one: '# minuto', other: '# minutos' }),
  edited: (date, by) => (by ? `Última modificación: ${date}, por ${by}` : `Última modificación: ${date}`),
  pageOf: (title) => `Una página de ${title}, que se puede leer con una cuenta de ese sitio.`,
  searchedHere: (title) => `Latchkey busca en ${title} desde Teams. Cada persona inicia sesión con su propia cuenta.`,
  notAResult: (title) => `Esto es un aviso sobre la búsqueda en ${title}, no una página de allí.`,
  linkNotReadable: (title) =>
    `No se puede mostrar esta página de ${title}: no existe o la cuenta con la que se ha iniciado sesión allí no puede leerla.`,
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
  chatWelcome: (titles) => `Busco en ${titles} con tu propia cuenta. Lo que encuentro es solo para ti.`,
  chatHow: (search) => `Escribe «${search}» y unas palabras. También entiendo esto:`,
  chatSearchWhat: '¿Qué busco? Escríbeme unas palabras.',
  chatWhichSignOut: '¿De qué conexión quieres cerrar sesión?',
  chatUnknown: (message) => `No sé qué hacer con «${message}».`,
  searchFor: (message) => `Buscar «${message}»`,
  inPersonalChat: 'Lo que encuentro es solo para ti, así que respondo en un chat personal.',
  openChat: 'Abrir un chat personal',
  signedInTo: (title, account) => `Has iniciado sesión en ${title} como ${account}.`,
  signInCancelled: (signIn) => `El inicio de sesión se canceló. Escribe «${signIn}» para empezar de nuevo.`,
  signInNotFinished: (signIn) =>
    `No has iniciado sesión: se cerró la ventana o el enlace ya no era válido. Escribe «${signIn}» para obtener un enlace nuevo.`,
  signInFailed: (signIn) =>
    `Ese inicio de sesión llegó demasiado tarde o no era tuyo. Escribe «${signIn}» para empezar de nuevo.`,
  alsoSignIn: (title, signIn) => `No has iniciado sesión en ${title}. Escribe «${signIn}» para buscar también ahí.`,
  signInToAny: 'Inicia sesión para buscar. Basta con una de estas. Puedes añadir otras más tarde.',
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
