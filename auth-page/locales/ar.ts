import type { Texts } from './en.ts';

const AGAIN = 'أغلق هذه النافذة وابحث مرة أخرى في Teams.';
const WAIT = 'انتظر دقيقة، ثم أغلق هذه النافذة وابحث مرة أخرى في Teams.';
const NOTHING = 'لم يتم ربط أي شيء.';

/** Arabic. */
export const ar: Texts = {
  lang: 'ar',
  dir: 'rtl',
  title: 'تسجيل الدخول إلى Latchkey',
  stuck: 'ألا تزال هنا؟ أغلق هذه النافذة وابحث مرة أخرى في Teams.',
  noScript: {
    heading: 'تم إيقاف تشغيل JavaScript',
    body: ['يتطلب تسجيل الدخول JavaScript. اسمح بتشغيله في هذه الصفحة، ثم أغلق هذه النافذة وابحث مرة أخرى في Teams.'],
  },
  chatTitle: 'محادثة Latchkey',
  chatFailed: {
    heading: 'تعذّر فتح المحادثة',
    body: ['تعذّر الوصول إلى Latchkey أو إلى خدمة المحادثة.', 'تحقّق من الشبكة ثم أعد تحميل هذه الصفحة.'],
  },
  unnamed: 'الشخص الذي أجرى البحث',
  unnamedAccount: 'لا اسم له (المعرّف {id})',
  closeByHand: 'يمكنك إغلاق هذه النافذة الآن.',
  account: {
    signedIn: 'تم تسجيل الدخول بحساب {account}',
    signedOut: 'لم يتم تسجيل الدخول',
    chosen: 'عمليات البحث في عدة اتصالات تستخدم {connection} فقط',
  },
  teamsUser: {
    signInName: '{asker} مسجّل الدخول إلى Teams باسم {signInName}.',
    tenant: 'ينتمي {asker} إلى مستأجر Microsoft 365 ذي المعرّف {tenant}.',
    unknown:
      'لم يوضّح Teams من يستخدمه، لذلك لا يمكن لـ Latchkey التحقق من أنك {asker}. لا تقم بالربط إلا إذا أجريت بحثًا في Teams للتو.',
  },
  buttons: {
    signIn: 'تسجيل الدخول',
    switchAccount: 'استخدام حساب آخر',
    signOut: 'تسجيل الخروج',
    signOutAll: 'تسجيل الخروج من كل الاتصالات',
    searchOnly: 'البحث في {connection} فقط',
    searchAll: 'البحث في كل الاتصالات',
    finish: 'تم',
    connect: 'ربط',
    cancel: 'إلغاء',
    proceed: 'متابعة',
    retry: 'إعادة المحاولة',
    close: 'إغلاق',
  },
  screens: {
    settingsOpening: { heading: 'جارٍ فتح اتصالاتك…', body: ['لحظة واحدة.'] },
    settings: { heading: 'اتصالاتك', body: ['ما يمكن لـ {asker} البحث فيه من Teams، والحسابات المستخدمة لذلك.'] },
    settingsChanging: { heading: 'جارٍ تغيير اتصالاتك…', body: ['لحظة واحدة.'] },
    opening: { heading: 'جارٍ فتح تسجيل الدخول…', body: ['لحظة واحدة.'] },
    leaving: {
      heading: 'جارٍ نقلك إلى تسجيل الدخول…',
      body: ['تُفتح صفحة تسجيل الدخول في هذه النافذة.'],
    },
    signingIn: { heading: 'جارٍ تسجيل دخولك…', body: ['جارٍ التحقق لدى خدمة تسجيل الدخول.'] },
    outsideTeams: {
      heading: 'لم يتم العثور على نافذة Teams',
      body: [
        'لم يفتح Teams هذه الصفحة، أو أن Teams لا يستجيب. لا يزال بإمكانك تسجيل الدخول هنا.',
        'بعد ذلك، ارجع إلى Teams وابحث مرة أخرى.',
      ],
    },
    confirm: {
      heading: 'هل تريد ربط الحساب {account} في {connection} بالمستخدم {asker} في Microsoft Teams؟',
      body: [
        'سيكون بالإمكان بعد ذلك البحث في {connection} من Teams باستخدام هذا الحساب.',
        'إذا لم تكن أنت من بدأ هذا من Teams للتو، فقم بالإلغاء.',
      ],
    },
    confirmUnnamed: {
      heading:
        'هل تريد ربط هذا الحساب الذي لا اسم له (المعرّف {account}) في {connection} بالمستخدم {asker} في Microsoft Teams؟',
      body: [
        'لم يذكر {connection} اسم الحساب. لا تربطه إلا إذا كنت قد سجّلت الدخول هناك للتو بحسابك الخاص.',
        'إذا لم تكن أنت من بدأ هذا من Teams للتو، فقم بالإلغاء.',
      ],
    },
    connecting: { heading: 'جارٍ الربط…', body: ['لحظة واحدة.'] },
    cancelling: { heading: 'جارٍ الإلغاء…', body: ['لحظة واحدة.'] },
    done: { heading: 'تم تسجيل دخولك', body: ['جارٍ الرجوع إلى Teams…'] },
    doneStillOpen: {
      heading: 'تم تسجيل دخولك',
      body: ['أغلق هذه النافذة. إذا لم يعرض Teams النتائج، فابحث هناك مرة أخرى.'],
    },
    doneSearchAgain: { heading: 'تم تسجيل دخولك', body: [AGAIN] },
    doneInChat: { heading: 'تم تسجيل دخولك', body: ['أغلق هذه النافذة وتابع في المحادثة.'] },
    doneUntold: {
      heading: 'تعذّر إبلاغ Teams',
      body: [
        'لقد سجّلت الدخول، لكن هذه النافذة فقدت نافذة Teams الخاصة بها، لذلك لم يتم ربط أي شيء.',
        'أغلق هذه النافذة وسجّل الدخول مرة أخرى من Teams.',
      ],
    },

    'signin.cancelled': { heading: 'تم إلغاء تسجيل الدخول', body: [NOTHING, AGAIN] },
    'signin.identity_mismatch': {
      heading: 'سجّل الدخول باسم {expected}',
      body: [
        'لقد استخدمت حساب شخص آخر، لذلك لم يتم ربط أي شيء.',
        'أغلق هذه النافذة وابحث مرة أخرى في Teams. ثم اختر حساب {expected}: سجّل الخروج من الحساب الآخر أولاً، أو استخدم Teams في نافذة خاصة.',
      ],
    },
    'signin.other_teams_user': {
      heading: 'افتح Teams باسم {expected}',
      body: [
        'هذا الرابط مخصّص للمستخدم {expected}، لكن Teams هنا يخص حسابًا آخر. لم يتم ربط أي شيء.',
        'إذا كنت {expected}، فافتح Teams بذلك الحساب وابحث هناك. وإلا، فأغلق هذه النافذة.',
      ],
    },
    'ticket.invalid': {
      heading: 'ارتباط تسجيل الدخول هذا لا يعمل',
      body: ['إنه غير مكتمل أو تم تغييره.', `${AGAIN} ستحصل على ارتباط جديد هناك.`],
    },
    'ticket.expired': {
      heading: 'انتهت صلاحية ارتباط تسجيل الدخول هذا',
      body: [`${AGAIN} ستحصل على ارتباط جديد هناك.`],
    },
    'transaction.unknown': {
      heading: 'انتهت عملية تسجيل الدخول هذه',
      body: [
        'لقد اكتملت بالفعل، أو استغرقت وقتًا طويلاً جدًا.',
        `${AGAIN} إذا طلب منك Teams تسجيل الدخول، فابدأ من هناك مجددًا.`,
      ],
    },
    'transaction.cookie': {
      heading: 'عملية تسجيل الدخول هذه تخص نافذة أخرى',
      body: [
        'لا يمكن إكمالها إلا في المستعرض الذي بدأت فيه، مع السماح بملفات تعريف الارتباط لهذا الموقع.',
        'أغلق هذه النافذة، وابحث في Teams وسجّل الدخول مرة أخرى من هناك.',
      ],
    },
    'confirmation.unknown': {
      heading: 'انتهت صلاحية هذا السؤال',
      body: [NOTHING, `${AGAIN} سجّل الدخول مرة أخرى من هناك.`],
    },
    'request.malformed': {
      heading: 'لا يمكن استخدام عملية تسجيل الدخول هذه',
      body: [`رد صفحة تسجيل الدخول غير مكتمل أو تم تغييره. ${NOTHING}`, AGAIN],
    },
    'request.origin': {
      heading: 'لا يمكن استخدام عملية تسجيل الدخول هذه',
      body: [`لم يأتِ الطلب من هذه الصفحة. ${NOTHING}`, AGAIN],
    },
    'provider.refused': {
      heading: 'رفضت خدمة تسجيل الدخول الطلب',
      body: [`لم تسمح لك بالدخول هنا. ${NOTHING}`, `${AGAIN} إذا حدث ذلك مجددًا، فاطلب حق الوصول من المسؤول لديك.`],
    },
    'provider.invalid_response': {
      heading: 'لا يمكن الوثوق بخدمة تسجيل الدخول الآن',
      body: [`لم يجتز ردها فحص الأمان. ${NOTHING}`, `${AGAIN} إذا حدث ذلك مجددًا، فأبلغ المسؤول لديك.`],
    },
    'provider.unavailable': { heading: 'خدمة تسجيل الدخول غير متوفرة', body: [NOTHING, WAIT] },
    'provider.timeout': {
      heading: 'تستغرق خدمة تسجيل الدخول وقتًا طويلاً جدًا',
      body: [`لم تستجب في الوقت المناسب. ${NOTHING}`, WAIT],
    },
    'store.unavailable': {
      heading: 'Latchkey غير متوفر',
      body: ['لا يمكنه حفظ تسجيل دخولك في الوقت الحالي.', WAIT],
    },
    'limit.exceeded': {
      heading: 'محاولات كثيرة جدًا',
      body: ['انتظر عشر دقائق، ثم أغلق هذه النافذة وابحث مرة أخرى في Teams.'],
    },
    'page.reloaded': {
      heading: 'انتهت عملية تسجيل الدخول هذه',
      body: [
        'تنتهي عملية تسجيل الدخول غير المكتملة عند إعادة تحميل صفحتها. لم يتم ربط أي شيء بها.',
        `${AGAIN} إذا طلب منك Teams تسجيل الدخول، فابدأ من هناك مجددًا.`,
      ],
    },
    'page.no_teams': {
      heading: 'افتح هذا من Teams',
      body: [
        'لا تستجيب هنا أي نافذة Teams، ولا يمكن ربط هذا الحساب إلا بالاقتران مع Teams.',
        'أغلق هذه النافذة، وابحث في Teams واختر تسجيل الدخول هناك.',
      ],
    },
    'page.offline': {
      heading: 'لا يوجد اتصال',
      body: ['يتعذّر الوصول إلى Latchkey.', 'تحقق من الشبكة، ثم أغلق هذه النافذة وابحث مرة أخرى في Teams.'],
    },
    'page.timeout': {
      heading: 'يستغرق Latchkey وقتًا طويلاً جدًا',
      body: ['لم يستجب في الوقت المناسب.', WAIT],
    },
    'page.unexpected': {
      heading: 'حدث خطأ ما',
      body: ['أعطى Latchkey ردًا لا تعرفه هذه الصفحة.', `${AGAIN} إذا حدث ذلك مجددًا، فأبلغ المسؤول لديك.`],
    },
  },
};
