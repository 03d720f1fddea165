import type { Language } from '../platform/language.ts';

/** What can be asked for in a chat. */
export type ChatCommand = 'search' | 'signIn' | 'signOut' | 'whoAmI' | 'help';

/** How each command is said. The first is what Latchkey calls it, in its answers and in the manifest; the others are
 * understood as well. All are in lower case. */
export type CommandWords = Readonly<Record<ChatCommand, readonly [string, ...string[]]>>;

export const COMMAND_WORDS: Readonly<Record<Language, CommandWords>> = {
  en: {
    search: ['search', 'find', 'search for', 'look for'],
    signIn: ['sign in', 'signin', 'log in', 'login', 'connect'],
    signOut: ['sign out', 'signout', 'log out', 'logout', 'disconnect'],
    whoAmI: ['who am i', 'whoami', 'my connections', 'your connections'],
    help: ['help', 'hello', 'hi', 'hey', 'start'],
  },
  es: {
    search: ['buscar', 'busca', 'encuentra'],
    signIn: ['iniciar sesión', 'inicia sesión', 'conectar'],
    signOut: ['cerrar sesión', 'cierra sesión', 'desconectar'],
    whoAmI: ['quién soy', '¿quién soy', 'mis conexiones'],
    help: ['ayuda', 'hola'],
  },
  fr: {
    search: ['rechercher', 'recherche', 'cherche', 'chercher'],
    signIn: ['se connecter', 'connexion', 'me connecter'],
    signOut: ['se déconnecter', 'déconnexion', 'me déconnecter'],
    whoAmI: ['qui suis-je', 'mes connexions'],
    help: ['aide', 'bonjour', 'salut'],
  },
  de: {
    search: ['suche', 'suchen', 'suche nach', 'finde'],
    signIn: ['anmelden', 'einloggen', 'anmeldung'],
    signOut: ['abmelden', 'ausloggen', 'abmeldung'],
    whoAmI: ['wer bin ich', 'meine verbindungen'],
    help: ['hilfe', 'hallo'],
  },
  pt: {
    search: ['pesquisar', 'pesquise', 'procurar', 'buscar'],
    signIn: ['entrar', 'iniciar sessão', 'fazer login'],
    signOut: ['sair', 'terminar sessão', 'fazer logout'],
    whoAmI: ['quem sou eu', 'minhas conexões'],
    help: ['ajuda', 'olá', 'oi'],
  },
  ja: {
    search: ['検索', '探して'],
    signIn: ['サインイン', 'ログイン'],
    signOut: ['サインアウト', 'ログアウト'],
    whoAmI: ['私は誰', '接続を表示'],
    help: ['ヘルプ', 'こんにちは'],
  },
  'zh-Hans': {
    search: ['搜索', '查找'],
    signIn: ['登录', '登入'],
    signOut: ['注销', '退出登录', '登出'],
    whoAmI: ['我是谁', '我的连接'],
    help: ['帮助', '你好'],
  },
  ar: {
    search: ['بحث', 'ابحث', 'ابحث عن'],
    signIn: ['تسجيل الدخول', 'سجل الدخول'],
    signOut: ['تسجيل الخروج', 'سجل الخروج'],
    whoAmI: ['من أنا', 'اتصالاتي'],
    help: ['مساعدة', 'مرحبا'],
  },
  hi: {
    search: ['खोजें', 'खोजो', 'खोज'],
    signIn: ['साइन इन', 'लॉग इन'],
    signOut: ['साइन आउट', 'लॉग आउट'],
    whoAmI: ['मैं कौन हूँ', 'मेरे कनेक्शन'],
    help: ['मदद', 'सहायता', 'नमस्ते'],
  },
  uk: {
    search: ['пошук', 'знайди', 'шукати'],
    signIn: ['увійти', 'вхід'],
    signOut: ['вийти', 'вихід'],
    whoAmI: ['хто я', 'мої підключення'],
    help: ['довідка', 'допомога', 'привіт'],
  },
};
