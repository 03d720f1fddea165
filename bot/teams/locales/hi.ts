import type { Messages } from './en.ts';
import { listFormatter, pluralFormatter } from './format.ts';

/** Hindi. */
export const hi: Messages = {
  direction: 'ltr',
  signIn: (title) => `${title} में साइन इन करें`,
  aTeamsUser: 'Teams का कोई उपयोगकर्ता',
  notAllowed: 'Latchkey आपके संगठन के लिए चालू नहीं है। इसे चलाने वाले व्यक्ति से कहें कि वे आपके टेनेंट को अनुमति-प्राप्त टेनेंट में जोड़ें।',
  noIdentity:
    'Teams ने यह नहीं बताया कि आप कौन हैं, इसलिए आप यहाँ साइन इन नहीं कर सकते। यदि आप किसी मीटिंग में अतिथि या अनाम रूप से शामिल हैं, तो कृपया अपने संगठन के Teams का उपयोग करें।',
  nothingFound: (query, title) => `${title} में “${query}” से मेल खाता कुछ नहीं मिला। कम या दूसरे शब्द आज़माएँ।`,
  nothingRecent: (title) => `${title} में हाल ही में कुछ नहीं बदला है। खोजने के लिए कोई शब्द लिखें।`,
  superseded: 'आपने लिखना जारी रखा: नई खोज के लिए यह खोज रोक दी गई।',
  noMore: 'और कोई परिणाम नहीं हैं।',
  forbidden: (account, title) =>
    `आपने ${title} में ${account} के रूप में साइन इन किया है और उस खाते को इसे पढ़ने की अनुमति नहीं है। वहाँ पहुँच का अनुरोध करें।`,
  busy: (title, wait) => `${title} व्यस्त है। ${wait} बाद फिर से प्रयास करें।`,
  unavailable: (title, reference) => `${title} में अभी खोज नहीं की जा सकी। कुछ देर बाद फिर से प्रयास करें। संदर्भ: ${reference}`,
  unavailableFor: (title, wait, reference) =>
    `${title} में अभी खोज नहीं की जा सकी। ${wait} बाद फिर से प्रयास करें। संदर्भ: ${reference}`,
  notAllSearched: (title) =>
    `अभी ${title} की पूरी सामग्री में खोज नहीं की जा सकी। और परिणाम हो सकते हैं: कुछ देर बाद फिर से प्रयास करें।`,
  unreadable: (title, reference) => `${title} का उत्तर पढ़ा नहीं जा सका। अपने व्यवस्थापक को बताएँ। संदर्भ: ${reference}`,
  paused: (wait) => `आपके खाते से बहुत सारे ऐसे साइन-इन कोड आए जो मेल नहीं खाते। साइन इन करने के लिए ${wait} बाद फिर से खोजें।`,
  signedOut: (titles) => `आपको ${titles} से साइन आउट कर दिया गया है। साइन इन करने के लिए फिर से खोजें।`,
  notSignedInTo: (title) => `आपने ${title} में साइन इन नहीं किया है। वहाँ भी साइन इन करने के लिए “आपके कनेक्शन” चुनें।`,
  notSignedIn: 'आपने यहाँ कहीं भी साइन इन नहीं किया है।',
  accountsUnavailable: (reference) =>
    `आपके कनेक्शन अभी न दिखाए जा सकते हैं और न बदले जा सकते हैं। कुछ देर बाद फिर से प्रयास करें। संदर्भ: ${reference}`,
  connectionsTitle: 'आपके कनेक्शन',
  signOutTitle: 'साइन आउट करें',
  signOutOf: (title) => `${title} से साइन आउट करें`,
  switchAccountAt: (title) => `${title} में दूसरे खाते का उपयोग करें`,
  moreConnections: (count) => `${count} और दिखाएँ`,
  signOutOfAll: 'सभी से साइन आउट करें',
  accountOf: (account) => `${account} के रूप में साइन इन हैं`,
  unnamedAccount: (id) => `बिना नाम वाला खाता (आईडी ${id})`,
  accountNone: 'साइन इन नहीं हैं',
  list: listFormatter('hi'),
  seconds: pluralFormatter('hi', { other: '# सेकंड' }),
  minutes: pluralFormatter('hi', { other: '# मिनट' }),
  edited: (date, by) => (by ? `पिछला संपादन: ${date}, ${by} द्वारा` : `पिछला संपादन: ${date}`),
  from: (title, account) => `${title} · ${account} के रूप में साइन इन हैं`,
  pageOf: (title) => `${title} का एक पृष्ठ, जिसे वहाँ के खाते से पढ़ा जा सकता है।`,
  searchedHere: (title) => `Latchkey Teams से ${title} में खोजता है। हर व्यक्ति अपने खाते से साइन इन करता है।`,
  notAResult: (title) => `यह ${title} में खोज के बारे में एक सूचना है, उसका कोई पृष्ठ नहीं।`,
  linkNotReadable: (title) =>
    `${title} का यह पृष्ठ नहीं दिखाया जा सकता: यह मौजूद नहीं है, या वहाँ साइन इन किए गए खाते को इसे पढ़ने की अनुमति नहीं है।`,
  view: (title) => `${title} में देखें`,
  imageOf: (title) => `${title} का चित्र`,
  chatWelcome: (titles) => `मैं ${titles} में आपके अपने खाते से खोजता हूँ। जो मिलता है वह केवल आपके लिए है।`,
  chatHow: (search) => `“${search}” और कुछ शब्द लिखें। मैं ये भी समझता हूँ:`,
  chatSearchWhat: 'क्या खोजूँ? मुझे कुछ शब्द लिखें।',
  chatWhichSignOut: 'आप किस कनेक्शन से साइन आउट करना चाहते हैं?',
  chatUnknown: (message) => `मुझे नहीं पता कि “${message}” का क्या करूँ।`,
  searchFor: (message) => `“${message}” खोजें`,
  inPersonalChat: 'जो मिलता है वह केवल आपके लिए है, इसलिए मैं निजी चैट में उत्तर देता हूँ।',
  openChat: 'निजी चैट खोलें',
  signedInTo: (title, account) => `आप ${title} में ${account} के रूप में साइन इन हैं।`,
  signInCancelled: (signIn) => `साइन इन रद्द हो गया। फिर से शुरू करने के लिए “${signIn}” लिखें।`,
  signInNotFinished: (signIn) =>
    `आप साइन इन नहीं हैं: विंडो बंद हो गई, या लिंक अब मान्य नहीं था। नए लिंक के लिए “${signIn}” लिखें।`,
  signInFailed: (signIn) => `वह साइन इन बहुत देर से आया, या आपका नहीं था। फिर से शुरू करने के लिए “${signIn}” लिखें।`,
  alsoSignIn: (title, signIn) => `आप ${title} में साइन इन नहीं हैं। वहाँ भी खोजने के लिए “${signIn}” लिखें।`,
  signInToAny: 'खोजने के लिए साइन इन करें। इनमें से एक काफ़ी है। बाकी आप बाद में जोड़ सकते हैं।',
  moreResults: pluralFormatter('hi', { one: '# और परिणाम है।', other: '# और परिणाम हैं।' }),
  moreResultsUncounted: 'और भी परिणाम हैं।',
  showMore: 'और दिखाएँ',
  chatUnavailable: (reference) => `अभी यह नहीं हो सका। थोड़ी देर में फिर कोशिश करें। संदर्भ: ${reference}`,
  openByHand: (prompt) => `${prompt}: यह पता नए टैब में कॉपी करें, वहाँ साइन इन करें, फिर यहाँ दोबारा खोजें।`,
  typeCommand: (command, parameter) =>
    `Agents Playground मैनिफ़ेस्ट नहीं पढ़ता। “Specify Command ID or Parameter” में कमांड आईडी के रूप में ${command} और पैरामीटर नाम के रूप में ${parameter} लिखें।`,
};
