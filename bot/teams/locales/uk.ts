import type { Messages } from './en.ts';
import { listFormatter, pluralFormatter } from './format.ts';

export const uk: Messages = {
  direction: 'ltr',
  signIn: (title) => `Увійти до ${title}`,
  aTeamsUser: 'користувач Teams',
  notAllowed:
    'Latchkey не ввімкнено для вашої організації. Попросіть того, хто ним керує, додати ваш клієнт (tenant) до дозволених.',
  noIdentity:
    'Teams не повідомив, хто ви, тому увійти тут неможливо. Якщо ви берете участь у нараді як гість або анонімно, скористайтеся Teams своєї організації.',
  nothingFound: (query, title) => `У ${title} немає збігів із «${query}». Спробуйте ввести менше слів або інші слова.`,
  nothingRecent: (title) => `Останнім часом у ${title} нічого не змінилося. Введіть слово для пошуку.`,
  superseded: 'Ви продовжили вводити текст: цей пошук зупинено заради новішого.',
  noMore: 'Більше результатів немає.',
  forbidden: (account, title) =>
    `Ви ввійшли до ${title} як ${account}, і цьому обліковому запису не дозволено це читати. Попросіть доступ там.`,
  busy: (title, wait) => `${title} зараз перевантажено. Повторіть спробу через ${wait}.`,
  unavailable: (title, reference) =>
    `Зараз не вдалося виконати пошук у ${title}. Повторіть спробу за мить. Код для довідки: ${reference}`,
  unavailableFor: (title, wait, reference) =>
    `Зараз не вдалося виконати пошук у ${title}. Повторіть спробу через ${wait}. Код для довідки: ${reference}`,
  notAllSearched: (title) =>
    `Зараз не вдалося виконати пошук у всьому вмісті ${title}. Можливо, є інші результати: повторіть спробу за мить.`,
  unreadable: (title, reference) =>
    `Не вдалося прочитати відповідь ${title}. Повідомте адміністратора. Код для довідки: ${reference}`,
  paused: (wait) =>
    `З вашого облікового запису надійшло забагато кодів входу, які не збігаються. Щоб увійти, повторіть пошук через ${wait}.`,
  signedOut: (titles) => `Ви вийшли з ${titles}. Щоб увійти, повторіть пошук.`,
  notSignedInTo: (title) => `Ви не ввійшли до ${title}. Виберіть «Ваші підключення», щоб увійти й туди.`,
  notSignedIn: 'Ви тут нікуди не ввійшли.',
  accountsUnavailable: (reference) =>
    `Зараз неможливо показати або змінити ваші підключення. Повторіть спробу за мить. Код для довідки: ${reference}`,
  connectionsTitle: 'Ваші підключення',
  signOutTitle: 'Вийти',
  signOutOf: (title) => `Вийти з ${title}`,
  switchAccountAt: (title) => `Інший обліковий запис у ${title}`,
  moreConnections: (count) => `Показати ще ${count}`,
  signOutOfAll: 'Вийти з усіх',
  accountOf: (account) => `Вхід виконано як ${account}`,
  unnamedAccount: (id) => `обліковий запис без імені (ідентифікатор ${id})`,
  accountNone: 'Вхід не виконано',
  list: listFormatter('uk'),
  seconds: pluralFormatter('uk', { one: '# секунду', few: '# секунди', other: '# секунд' }),
  minutes: pluralFormatter('uk', { one: '# хвилину', few: '# хвилини', other: '# хвилин' }),
  edited: (date, by) => (by ? `Остання зміна: ${date}, ${by}` : `Остання зміна: ${date}`),
  from: (title, account) => `${title} · вхід виконано як ${account}`,
  pageOf: (title) => `Сторінка з ${title}, яку можна прочитати з тамтешнім обліковим записом.`,
  searchedHere: (title) =>
    `Latchkey шукає в ${title} просто з Teams. Кожна людина входить із власним обліковим записом.`,
  notAResult: (title) => `Це сповіщення про пошук у ${title}, а не його сторінка.`,
  linkNotReadable: (title) =>
    `Цю сторінку ${title} не можна показати: її не існує або обліковий запис, з яким виконано вхід, не має права її читати.`,
  view: (title) => `Переглянути в ${title}`,
  imageOf: (title) => `Зображення: ${title}`,
  chatWelcome: (titles) => `Я шукаю в ${titles} з вашим власним обліковим записом. Те, що я знаходжу, лише для вас.`,
  chatHow: (search) => `Напишіть «${search}» і кілька слів. Я розумію також це:`,
  chatSearchWhat: 'Що шукати? Напишіть мені кілька слів.',
  chatWhichSignOut: 'З якого підключення ви хочете вийти?',
  chatUnknown: (message) => `Я не знаю, що робити з «${message}».`,
  searchFor: (message) => `Шукати «${message}»`,
  inPersonalChat: 'Те, що я знаходжу, лише для вас, тому я відповідаю в особистому чаті.',
  openChat: 'Відкрити особистий чат',
  signedInTo: (title, account) => `Ви ввійшли до ${title} як ${account}.`,
  signInCancelled: (signIn) => `Вхід скасовано. Напишіть «${signIn}», щоб почати знову.`,
  signInNotFinished: (signIn) =>
    `Ви не ввійшли: вікно закрито, або посилання вже не діє. Напишіть «${signIn}», щоб отримати нове посилання.`,
  signInFailed: (signIn) => `Цей вхід надійшов запізно або був не ваш. Напишіть «${signIn}», щоб почати знову.`,
  alsoSignIn: (title, signIn) => `Ви не ввійшли до ${title}. Напишіть «${signIn}», щоб шукати й там.`,
  signInToAny: 'Увійдіть, щоб шукати. Достатньо одного входу. Інші можна додати пізніше.',
  moreResults: pluralFormatter('uk', {
    one: 'Є ще # результат.',
    few: 'Є ще # результати.',
    many: 'Є ще # результатів.',
    other: 'Є ще # результату.',
  }),
  moreResultsUncounted: 'Є ще результати.',
  showMore: 'Показати ще',
  chatUnavailable: (reference) => `Зараз це не вдалося. Спробуйте ще раз за мить. Номер: ${reference}`,
  openByHand: (prompt) => `${prompt}: скопіюйте цю адресу в нову вкладку, увійдіть там, а потім повторіть пошук тут.`,
  typeCommand: (command, parameter) =>
    `Agents Playground не читає маніфест. У полі «Specify Command ID or Parameter» введіть ${command} як ідентифікатор команди та ${parameter} як назву параметра.`,
};
