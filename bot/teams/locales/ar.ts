import type { Messages } from './en.ts';
import { listFormatter, pluralFormatter } from './format.ts';

export const ar: Messages = {
  direction: 'rtl',
  signIn: (title) => `تسجيل الدخول إلى ${title}`,
  aTeamsUser: 'أحد مستخدمي Teams',
  notAllowed:
    'لم يتم تمكين Latchkey لمؤسستك. اطلب من الشخص الذي يديره إضافة المستأجر الخاص بك إلى المستأجرين المسموح لهم.',
  noIdentity:
    'لم يذكر Teams هويتك، لذلك لا يمكنك تسجيل الدخول هنا. إذا كنت ضيفًا أو مشاركًا مجهول الهوية في اجتماع، فاستخدم Teams الخاص بمؤسستك.',
  nothingFound: (query, title) => `لا يوجد في ${title} ما يطابق «${query}». جرّب كلمات أقل أو كلمات أخرى.`,
  nothingRecent: (title) => `لم يتغير شيء في ${title} مؤخرًا. اكتب كلمة للبحث.`,
  superseded: 'لقد واصلت الكتابة: تم إيقاف هذا البحث لصالح البحث الأحدث.',
  noMore: 'لا توجد نتائج أخرى.',
  forbidden: (account, title) =>
    `لقد سجّلت الدخول إلى ${title} بالحساب ${account}، وغير مسموح لهذا الحساب بقراءة هذا المحتوى. اطلب حق الوصول هناك.`,
  busy: (title, wait) => `${title} مشغول. أعد المحاولة بعد ${wait}.`,
  unavailable: (title, reference) =>
    `تعذّر البحث في ${title} في الوقت الحالي. أعد المحاولة بعد قليل. الرقم المرجعي: ${reference}`,
  unavailableFor: (title, wait, reference) =>
    `تعذّر البحث في ${title} في الوقت الحالي. أعد المحاولة بعد ${wait}. الرقم المرجعي: ${reference}`,
  notAllSearched: (title) =>
    `تعذّر البحث في كامل محتوى ${title} في الوقت الحالي. قد تكون هناك نتائج أخرى: أعد المحاولة بعد قليل.`,
  unreadable: (title, reference) => `تعذّرت قراءة ردّ ${title}. أبلغ المسؤول لديك. الرقم المرجعي: ${reference}`,
  paused: (wait) =>
    `ورد من حسابك عدد كبير جدًا من رموز تسجيل الدخول غير المطابقة. ابحث مرة أخرى بعد ${wait} لتسجيل الدخول.`,
  signedOut: (titles) => `تم تسجيل خروجك من ${titles}. ابحث مرة أخرى لتسجيل الدخول.`,
  notSignedInTo: (title) => `لم تسجّل الدخول إلى ${title}. اختر «اتصالاتك» لتسجيل الدخول هناك أيضًا.`,
  notSignedIn: 'لم تسجّل الدخول إلى أي شيء هنا.',
  accountsUnavailable: (reference) =>
    `لا يمكن عرض اتصالاتك أو تغييرها في الوقت الحالي. أعد المحاولة بعد قليل. الرقم المرجعي: ${reference}`,
  connectionsTitle: 'اتصالاتك',
  signOutTitle: 'تسجيل الخروج',
  signOutOf: (title) => `تسجيل الخروج من ${title}`,
  switchAccountAt: (title) => `استخدام حساب آخر في ${title}`,
  moreConnections: (count) => `عرض ${count} إضافية`,
  signOutOfAll: 'تسجيل الخروج من الكل',
  accountOf: (account) => `تم تسجيل الدخول بالحساب ${account}`,
  unnamedAccount: (id) => `الذي لا اسم له (المعرّف ${id})`,
  accountNone: 'لم يتم تسجيل الدخول',
  list: listFormatter('ar'),
  seconds: pluralFormatter('ar', { one: 'ثانية واحدة', two: 'ثانيتين', few: '# ثوانٍ', other: '# ثانية' }),
  minutes: pluralFormatter('ar', { one: 'دقيقة واحدة', two: 'دقيقتين', few: '# دقائق', other: '# دقيقة' }),
  edited: (date, by) => (by ? `آخر تعديل: ${date} بواسطة ${by}` : `آخر تعديل: ${date}`),
  from: (title, account) => `${title} · تم تسجيل الدخول بالحساب ${account}`,
  pageOf: (title) => `صفحة من ${title}، تُقرأ باستخدام حساب هناك.`,
  searchedHere: (title) => `يبحث Latchkey في ${title} من داخل Teams. يسجّل كل شخص الدخول بحسابه الخاص.`,
  notAResult: (title) => `هذا إشعار بشأن البحث في ${title}، وليس صفحة منه.`,
  linkNotReadable: (title) =>
    `لا يمكن عرض هذه الصفحة من ${title}: إما أنها غير موجودة أو أن الحساب المسجَّل دخوله هناك لا يحق له قراءتها.`,
  view: (title) => `عرض في ${title}`,
  imageOf: (title) => `صورة ${title}`,
  chatWelcome: (titles) => `أبحث في ${titles} بحسابك أنت. ما أجده لك وحدك.`,
  chatHow: (search) => `اكتب «${search}» ثم بضع كلمات. وأعرف هذه أيضًا:`,
  chatSearchWhat: 'عمّ أبحث؟ اكتب لي بضع كلمات.',
  chatWhichSignOut: 'من أي اتصال تريد تسجيل الخروج؟',
  chatUnknown: (message) => `لا أعرف ماذا أفعل بـ «${message}».`,
  searchFor: (message) => `البحث عن «${message}»`,
  inPersonalChat: 'ما أجده لك وحدك، لذلك أجيب في محادثة شخصية.',
  openChat: 'فتح محادثة شخصية',
  signedInTo: (title, account) => `أنت مسجّل الدخول إلى ${title} باسم ${account}.`,
  signInCancelled: (signIn) => `أُلغي تسجيل الدخول. اكتب «${signIn}» للبدء من جديد.`,
  signInNotFinished: (signIn) =>
    `لم تسجّل الدخول: أُغلقت النافذة أو لم يعد الرابط صالحًا. اكتب «${signIn}» للحصول على رابط جديد.`,
  signInFailed: (signIn) => `وصل تسجيل الدخول هذا متأخرًا أو لم يكن لك. اكتب «${signIn}» للبدء من جديد.`,
  alsoSignIn: (title, signIn) => `لم تسجّل الدخول إلى ${title}. اكتب «${signIn}» للبحث هناك أيضًا.`,
  signInToAny: 'سجّل الدخول للبحث. يكفي واحد من هذه. يمكنك إضافة غيره لاحقًا.',
  moreResults: pluralFormatter('ar', {
    one: 'هناك نتيجة أخرى واحدة.',
    two: 'هناك نتيجتان أخريان.',
    few: 'هناك # نتائج أخرى.',
    other: 'هناك # نتيجة أخرى.',
  }),
  moreResultsUncounted: 'هناك نتائج أخرى.',
  showMore: 'عرض المزيد',
  chatUnavailable: (reference) => `لم ينجح ذلك الآن. حاول مرة أخرى بعد قليل. المرجع: ${reference}`,
  openByHand: (prompt) => `${prompt}: انسخ هذا العنوان إلى علامة تبويب جديدة، وسجّل الدخول هناك، ثم ابحث هنا مرة أخرى.`,
  typeCommand: (command, parameter) =>
    `لا يقرأ Agents Playground ملف البيان. ضمن «Specify Command ID or Parameter» اكتب ${command} كمعرّف للأمر و${parameter} كاسم للمعلمة.`,
};
