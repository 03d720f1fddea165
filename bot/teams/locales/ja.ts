import type { Messages } from './en.ts';
import { listFormatter, pluralFormatter } from './format.ts';

export const ja: Messages = {
  direction: 'ltr',
  signIn: (title) => `${title} にサインイン`,
  aTeamsUser: 'Teams のユーザー',
  notAllowed: 'お客様の組織では Latchkey が有効になっていません。Latchkey の管理者に許可を依頼してください。',
  noIdentity:
    'Teams から Latchkey にユーザー情報が送信されなかったため、ここではサインインできません。ゲストまたは匿名で会議に参加している場合は、ご自身の組織の Teams をお使いください。',
  nothingFound: (query, title) =>
    `${title} に「${query}」の検索結果はありません。語句を減らすか、別の語句をお試しください。`,
  nothingRecent: (title) => `${title} に最近の変更はありません。検索する語句を入力してください。`,
  superseded: '新しい検索に置き換えられました。',
  noMore: 'これ以上の結果はありません。',
  forbidden: (account, title) =>
    `${title} に ${account} としてサインインしていますが、このアカウントにはアクセス権がありません。${title} でアクセス権を申請してください。`,
  busy: (title, wait) => `${title} は混み合っています。${wait}後にもう一度お試しください。`,
  unavailable: (title, reference) =>
    `現在 ${title} を検索できませんでした。しばらくしてからもう一度お試しください。参照番号: ${reference}`,
  unavailableFor: (title, wait, reference) =>
    `現在 ${title} を検索できませんでした。${wait}後にもう一度お試しください。参照番号: ${reference}`,
  notAllSearched: (title) =>
    `${title} の一部を検索できなかったため、結果が不足している可能性があります。しばらくしてからもう一度お試しください。`,
  unreadable: (title, reference) =>
    `${title} からの応答を読み取れませんでした。管理者に連絡してください。参照番号: ${reference}`,
  paused: (wait) =>
    `お使いのアカウントから、間違ったサインイン コードが何度も送信されました。サインインするには、${wait}後にもう一度検索してください。`,
  signedOut: (titles) => `${titles} からサインアウトしました。サインインするには、もう一度検索してください。`,
  notSignedInTo: (title) =>
    `${title} にサインインしていません。「接続」を選択して、${title} にもサインインしてください。`,
  codeNotReturned: (title) =>
    `このアプリでは ${title} へのサインインを完了できません。Teams で Latchkey との個人用チャットを開いてサインインし、ここでもう一度検索してください。`,
  notSignedIn: 'どの接続にもサインインしていません。',
  accountsUnavailable: (reference) =>
    `現在、接続を表示または変更できません。しばらくしてからもう一度お試しください。参照番号: ${reference}`,
  connectionsTitle: '接続',
  signOutTitle: 'サインアウト',
  signOutOf: (title) => `${title} からサインアウト`,
  switchAccountAt: (title) => `${title} で別のアカウントを使う`,
  moreConnections: (count) => `残り ${count} 件を表示`,
  signOutOfAll: 'すべてサインアウト',
  accountOf: (account) => `${account} としてサインイン中`,
  unnamedAccount: (id) => `名前のないアカウント (ID ${id})`,
  accountNone: 'サインインしていません',
  list: listFormatter('ja'),
  seconds: pluralFormatter('ja', { other: '# 秒' }),
  minutes: pluralFormatter('ja', { other: '# 分' }),
  edited: (date, by) => (by ? `最終更新: ${date} (${by})` : `最終更新: ${date}`),
  pageOf: (title) => `${title} のページです。読むには ${title} のアカウントが必要です。`,
  searchedHere: (title) => `Latchkey は Teams から ${title} を検索します。各自が自分のアカウントでサインインします。`,
  notAResult: (title) => `これは ${title} の検索に関するお知らせで、検索結果ではありません。`,
  linkNotReadable: (title) =>
    `このページは ${title} に存在しないか、お使いのアカウントにアクセス権がありません。リンクを確認するか、アクセス権を申請してください。`,
  view: (title) => `${title} で表示`,
  imageOf: (title) => `${title} の画像`,
  fact: (label) => `${label}：`,
  facts: {
    status: 'ステータス',
    assignee: '担当者',
    priority: '優先度',
    type: '種類',
    number: '番号',
    labels: 'ラベル',
    project: 'プロジェクト',
    space: 'スペース',
    site: 'サイト',
    category: 'カテゴリ',
    due: '期限',
    owner: '所有者',
    author: '作成者',
    created: '作成日',
    folder: 'フォルダー',
    channel: 'チャネル',
    milestone: 'マイルストーン',
    version: 'バージョン',
    team: 'チーム',
  },
  factTerms: {
    open: 'オープン',
    closed: 'クローズ',
    merged: 'マージ済み',
    draft: '下書き',
    notPlanned: '予定なし',
    duplicate: '重複',
    folder: 'フォルダー',
    document: 'ドキュメント',
    spreadsheet: 'スプレッドシート',
    presentation: 'プレゼンテーション',
    notebook: 'ノートブック',
    picture: '画像',
    video: '動画',
    page: 'ページ',
    listItem: 'リスト アイテム',
    yes: 'はい',
    no: 'いいえ',
  },
  chatWelcome: (titles) => `${titles} を、あなた自身のアカウントで検索します。結果はあなただけに表示されます。`,
  chatHow: (search) => `「${search}」に続けて語句を送信してください。その他のコマンド:`,
  chatSearchWhat: '何を検索しますか？語句を送信してください。',
  chatWhichSignOut: 'どの接続からサインアウトしますか？',
  chatUnknown: (message) => `「${message}」を理解できませんでした。`,
  searchFor: (message) => `「${message}」を検索`,
  inPersonalChat: '結果はあなただけに表示されるため、個人用チャットでお答えします。',
  openChat: '個人用チャットを開く',
  signedInTo: (title, account) => `${title} に ${account} としてサインインしています。`,
  signInCancelled: (signIn) => `サインインは取り消されました。やり直すには「${signIn}」と送信してください。`,
  signInNotFinished: (signIn) =>
    `ウィンドウが閉じられたか、リンクが無効になったため、サインインしていません。新しいリンクを受け取るには「${signIn}」と送信してください。`,
  signInFailed: (signIn) =>
    `そのサインインは期限切れか、別のユーザーのものです。やり直すには「${signIn}」と送信してください。`,
  alsoSignIn: (title, signIn) =>
    `${title} にサインインしていません。そこも検索するには「${signIn}」と送信してください。`,
  signInToAny: '検索するには、いずれかにサインインしてください。ほかは後から追加できます。',
  moreResults: pluralFormatter('ja', { other: 'ほかに # 件の結果があります。' }),
  moreResultsUncounted: 'ほかにも結果があります。',
  showMore: 'さらに表示',
  chatUnavailable: (reference) =>
    `今はうまくいきませんでした。少ししてからもう一度お試しください。参照番号: ${reference}`,
  openByHand: (prompt) =>
    `${prompt}: このアドレスを新しいタブにコピーしてサインインし、ここでもう一度検索してください。`,
  typeCommand: (command, parameter) =>
    `Agents Playground はマニフェストを読み取りません。「Specify Command ID or Parameter」で、コマンド ID に ${command}、パラメーター名に ${parameter} を入力してください。`,
};
