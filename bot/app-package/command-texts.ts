import type { Language } from '../platform/language.ts';

/** What a search command says that the template has no words for. `names`: the titles of what it searches. */
export interface CommandTexts {
  /** Between two names. */
  separator: string;
  title(names: string): string;
  description(names: string): string;
  parameterTitle: string;
  parameterDescription: string;
  /** For Copilot's users: what could be asked. Three to five. */
  samplePrompts: readonly ((names: string) => string)[];
}

export const COMMAND_TEXTS: Readonly<Record<Language, CommandTexts>> = {
  en: {
    separator: ', ',
    title: (names) => `Search ${names}`,
    description: (names) => `Find something in ${names} and share it as a card`,
    parameterTitle: 'Search',
    parameterDescription: 'Words to look for',
    samplePrompts: [
      (names) => `Search ${names} for onboarding`,
      (names) => `What does ${names} say about travel expenses?`,
      (names) => `Find the release checklist in ${names}`,
    ],
  },
  es: {
    separator: ', ',
    title: (names) => `Buscar en ${names}`,
    description: (names) => `Encuentra algo en ${names} y compártelo como tarjeta`,
    parameterTitle: 'Buscar',
    parameterDescription: 'Palabras que buscar',
    samplePrompts: [
      (names) => `Busca la incorporación de personal en ${names}`,
      (names) => `¿Qué dice ${names} sobre los gastos de viaje?`,
      (names) => `Encuentra la lista de comprobación de lanzamientos en ${names}`,
    ],
  },
  fr: {
    separator: ', ',
    title: (names) => `Rechercher : ${names}`,
    description: (names) => `Trouver un contenu dans ${names} et le partager en carte`,
    parameterTitle: 'Rechercher',
    parameterDescription: 'Mots à rechercher',
    samplePrompts: [
      (names) => `Recherche l’accueil des nouveaux dans ${names}`,
      (names) => `Que dit ${names} des frais de déplacement ?`,
      (names) => `Trouve la liste de contrôle des mises en production dans ${names}`,
    ],
  },
  de: {
    separator: ', ',
    title: (names) => `${names} durchsuchen`,
    description: (names) => `Etwas in ${names} finden und als Karte teilen`,
    parameterTitle: 'Suchen',
    parameterDescription: 'Wörter, nach denen gesucht wird',
    samplePrompts: [
      (names) => `Suche in ${names} nach der Einarbeitung`,
      (names) => `Was steht in ${names} über Reisekosten?`,
      (names) => `Finde die Checkliste für Releases in ${names}`,
    ],
  },
  pt: {
    separator: ', ',
    title: (names) => `Pesquisar em ${names}`,
    description: (names) => `Encontre algo em ${names} e compartilhe como cartão`,
    parameterTitle: 'Pesquisar',
    parameterDescription: 'Palavras a procurar',
    samplePrompts: [
      (names) => `Pesquise integração de novos colegas em ${names}`,
      (names) => `O que ${names} diz sobre despesas de viagem?`,
      (names) => `Encontre a lista de verificação de lançamento em ${names}`,
    ],
  },
  ja: {
    separator: '、',
    title: (names) => `${names} を検索`,
    description: (names) => `${names} から探して、カードとして共有します`,
    parameterTitle: '検索',
    parameterDescription: '検索する語句',
    samplePrompts: [
      (names) => `${names} で新人研修について検索して`,
      (names) => `${names} には出張費について何と書いてありますか？`,
      (names) => `${names} からリリースのチェックリストを探して`,
    ],
  },
  'zh-Hans': {
    separator: '、',
    title: (names) => `搜索 ${names}`,
    description: (names) => `在 ${names} 中查找内容，并以卡片形式共享`,
    parameterTitle: '搜索',
    parameterDescription: '要搜索的字词',
    samplePrompts: [
      (names) => `在 ${names} 中搜索入职培训`,
      (names) => `${names} 中关于差旅费是怎么说的？`,
      (names) => `在 ${names} 中查找发布检查清单`,
    ],
  },
  ar: {
    separator: '، ',
    title: (names) => `البحث في ${names}`,
    description: (names) => `العثور على محتوى في ${names} ومشاركته كبطاقة`,
    parameterTitle: 'بحث',
    parameterDescription: 'كلمات للبحث عنها',
    samplePrompts: [
      (names) => `ابحث في ${names} عن تهيئة الموظفين الجدد`,
      (names) => `ماذا يقول ${names} عن مصاريف السفر؟`,
      (names) => `اعثر على قائمة التحقق من الإصدار في ${names}`,
    ],
  },
  hi: {
    separator: ', ',
    title: (names) => `${names} में खोजें`,
    description: (names) => `${names} में कुछ ढूँढें और उसे कार्ड के रूप में साझा करें`,
    parameterTitle: 'खोजें',
    parameterDescription: 'खोजने के लिए शब्द',
    samplePrompts: [
      (names) => `${names} में नए कर्मचारियों के प्रशिक्षण के बारे में खोजें`,
      (names) => `यात्रा खर्च के बारे में ${names} में क्या लिखा है?`,
      (names) => `${names} में रिलीज़ की जाँच-सूची ढूँढें`,
    ],
  },
  uk: {
    separator: ', ',
    title: (names) => `Пошук: ${names}`,
    description: (names) => `Знайти щось у ${names} і поділитися карткою`,
    parameterTitle: 'Пошук',
    parameterDescription: 'Слова, які слід шукати',
    samplePrompts: [
      (names) => `Знайди в ${names} про адаптацію нових працівників`,
      (names) => `Що в ${names} сказано про витрати на відрядження?`,
      (names) => `Знайди контрольний список випуску в ${names}`,
    ],
  },
};
