import type { Messages } from './en.ts';

const AGAIN = 'このウィンドウを閉じて、Teams でもう一度検索してください。';
const WAIT = '1 分ほど待ってからこのウィンドウを閉じ、Teams でもう一度検索してください。';
const NOTHING = 'アカウントは接続されていません。';

export const ja: Messages = {
  lang: 'ja',
  dir: 'ltr',
  title: 'Latchkey サインイン',
  stuck: '画面が変わらない場合は、このウィンドウを閉じて、Teams でもう一度検索してください。',
  noScript: {
    heading: 'JavaScript がオフになっています',
    body: [
      'サインインには JavaScript が必要です。このページで JavaScript を許可してからこのウィンドウを閉じ、Teams でもう一度検索してください。',
    ],
  },
  chatTitle: 'Latchkey チャット',
  chatFailed: {
    heading: 'チャットを開けません',
    body: [
      'Latchkey またはチャット サービスに接続できません。',
      'ネットワークを確認してから、このページを再読み込みしてください。',
    ],
  },
  chatBlocked: {
    message: 'ブラウザーがサインインのウィンドウをブロックしました。',
    link: 'サインインのページを開く',
  },
  fromChat: {
    again: 'このウィンドウを閉じて、チャットからもう一度サインインしてください。',
    waitAndAgain: '数分待ってからこのウィンドウを閉じ、チャットからもう一度サインインしてください。',
  },
  unnamed: '検索したユーザー',
  unnamedAccount: '名前のないアカウント (ID {id})',
  closeByHand: 'このウィンドウを閉じてかまいません。',
  account: {
    signedIn: '{account} としてサインイン中',
    signedOut: 'サインインしていません',
    chosen: '複数の接続の検索では {connection} だけを使います',
  },
  teamsUser: {
    signInName: '{asker} は {signInName} として Teams にサインインしています。',
    tenant: '{asker} は Microsoft 365 テナント {tenant} に所属しています。',
    unknown:
      'Teams から Latchkey にユーザー情報が送信されませんでした。あなたが {asker} であることを確認し、たった今 Teams で検索した場合にのみ接続してください。',
  },
  buttons: {
    signIn: 'サインイン',
    switchAccount: '別のアカウントを使う',
    signOut: 'サインアウト',
    signOutAll: 'すべての接続からサインアウト',
    searchOnly: '{connection} だけを検索',
    searchAll: 'すべての接続を検索',
    finish: '完了',
    connect: '接続',
    cancel: 'キャンセル',
    proceed: '続行',
    retry: '再試行',
    close: '閉じる',
  },
  screens: {
    settingsOpening: { heading: '接続を開いています…', body: ['お待ちください。'] },
    settings: { heading: '接続', body: ['{asker} さんが Teams から検索できるものと、使用するアカウントです。'] },
    settingsChanging: { heading: '接続を変更しています…', body: ['お待ちください。'] },
    opening: { heading: 'サインインを開いています…', body: ['お待ちください。'] },
    leaving: {
      heading: 'サインインに移動しています…',
      body: ['サインイン ページがこのウィンドウで開きます。'],
    },
    signingIn: { heading: 'サインインしています…', body: ['サインイン サービスに確認しています。'] },
    outsideTeams: {
      heading: 'Teams のウィンドウが見つかりません',
      body: [
        'このページは Teams から開かれていないか、Teams が応答していません。それでも、ここでサインインできます。',
        'サインインした後、Teams に戻ってもう一度検索してください。',
      ],
    },
    confirm: {
      heading: '{connection} のアカウント {account} を Microsoft Teams の {asker} に接続しますか?',
      body: [
        '接続すると、{asker} はこのアカウントを使って Teams から {connection} を検索できます。',
        'たった今ご自身で Teams からこの操作を始めたのでなければ、キャンセルしてください。',
      ],
    },
    confirmUnnamed: {
      heading: '{connection} の名前のないアカウント (ID {account}) を Microsoft Teams の {asker} に接続しますか?',
      body: [
        '{connection} からアカウントの名前が通知されませんでした。たった今ご自身のアカウントでサインインした場合にのみ、接続してください。',
        'たった今ご自身で Teams からこの操作を始めたのでなければ、キャンセルしてください。',
      ],
    },
    connecting: { heading: '接続しています…', body: ['お待ちください。'] },
    cancelling: { heading: 'キャンセルしています…', body: ['お待ちください。'] },
    done: { heading: 'サインインしました', body: ['Teams に戻っています…'] },
    doneStillOpen: {
      heading: 'サインインしました',
      body: ['このウィンドウを閉じてください。Teams に結果が表示されない場合は、Teams でもう一度検索してください。'],
    },
    doneSearchAgain: { heading: 'サインインしました', body: [AGAIN] },
    doneInChat: { heading: 'サインインしました', body: ['このウィンドウを閉じて、チャットを続けてください。'] },
    doneUntold: {
      heading: 'サインインを Teams に通知できませんでした',
      body: [
        'このウィンドウと Teams の接続が失われました。アカウントは接続されていません。',
        'このウィンドウを閉じて、Teams からもう一度サインインしてください。',
      ],
    },

    'signin.cancelled': { heading: 'サインインはキャンセルされました', body: [NOTHING, AGAIN] },
    'signin.identity_mismatch': {
      heading: '{expected} としてサインインしてください',
      body: [
        '{used} としてサインインしましたが、これは別のユーザーのアカウントです。アカウントは接続されていません。',
        '「別のアカウントを使う」を選び、{expected} としてサインインしてください。サインイン ページで選べない場合は、プライベート ウィンドウで Teams をお使いください。',
      ],
    },
    'signin.scope_missing': {
      heading: 'アクセス許可が不足しています',
      body: [
        '検索に必要なアクセス許可の一部が、サインイン サービスから与えられませんでした。アカウントは接続されていません。',
        `${AGAIN}サインインして、サインイン ページで求められる許可をすべて与えてください。`,
      ],
    },
    'signin.other_teams_user': {
      heading: '{expected} として Teams を開いてください',
      body: [
        'このリンクは {expected} のものですが、Teams は別のアカウントで開かれています。アカウントは接続されていません。',
        'あなたが {expected} であれば、そのアカウントで Teams を開いて検索してください。そうでなければ、このウィンドウを閉じてください。',
      ],
    },
    'ticket.invalid': {
      heading: 'このサインイン リンクは使用できません',
      body: ['リンクが不完全であるか、変更されています。', `${AGAIN}新しいリンクが表示されます。`],
    },
    'ticket.expired': {
      heading: 'このサインイン リンクは有効期限が切れています',
      body: [`${AGAIN}新しいリンクが表示されます。`],
    },
    'transaction.unknown': {
      heading: 'このサインインは終了しました',
      body: [
        '既に完了しているか、時間がかかりすぎました。',
        `${AGAIN}Teams でサインインを求められた場合は、そこからやり直してください。`,
      ],
    },
    'transaction.cookie': {
      heading: 'このサインインは別のウィンドウのものです',
      body: [
        'サインインを始めたブラウザーで完了し、このサイトの Cookie を許可してください。',
        'このウィンドウを閉じて Teams で検索し、そこからもう一度サインインしてください。',
      ],
    },
    'confirmation.unknown': {
      heading: 'この質問は有効期限が切れています',
      body: [NOTHING, `${AGAIN}そこからもう一度サインインしてください。`],
    },
    'request.malformed': {
      heading: 'サインインできませんでした',
      body: [`サインイン ページからの応答が不完全であるか、変更されています。${NOTHING}`, AGAIN],
    },
    'request.origin': {
      heading: 'サインインできませんでした',
      body: [`要求はこのページからのものではありません。${NOTHING}`, AGAIN],
    },
    'provider.refused': {
      heading: 'サインイン サービスがアクセスを拒否しました',
      body: [
        `サインインが許可されませんでした。${NOTHING}`,
        `${AGAIN}同じことが続く場合は、管理者にアクセス権を申請してください。`,
      ],
    },
    'provider.policy': {
      heading: '組織で許可されていません',
      body: [
        '組織またはサインイン サービスの規則により、このアカウントではサインインできません。アカウントは接続されていません。',
        '管理者にアクセス権を申請してください。別のアカウントを使う場合は、このウィンドウを閉じて、Teams でもう一度検索してください。',
      ],
    },
    'provider.misconfigured': {
      heading: 'このサインインは正しく設定されていません',
      body: [
        'サインイン サービスがこの接続の設定を受け付けません。アカウントは接続されていません。',
        '管理者に修正を依頼し、その後 Teams でもう一度検索してください。',
      ],
    },
    'provider.invalid_response': {
      heading: 'サインイン サービスの応答が安全ではありません',
      body: [
        `応答がセキュリティ チェックに合格しませんでした。${NOTHING}`,
        `${AGAIN}同じことが続く場合は、管理者に知らせてください。`,
      ],
    },
    'provider.unavailable': { heading: 'サインイン サービスを利用できません', body: [NOTHING, WAIT] },
    'provider.timeout': {
      heading: 'サインイン サービスの応答に時間がかかりすぎています',
      body: [`時間内に応答がありませんでした。${NOTHING}`, WAIT],
    },
    'store.unavailable': {
      heading: 'Latchkey を利用できません',
      body: ['現在、サインインを保存できません。', WAIT],
    },
    'limit.exceeded': {
      heading: '試行回数が多すぎます',
      body: ['10 分待ってからこのウィンドウを閉じ、Teams でもう一度検索してください。'],
    },
    'page.reloaded': {
      heading: 'このサインインは終了しました',
      body: [
        'このページを再読み込みすると、完了していないサインインは終了します。そのサインインではアカウントは接続されていません。',
        `${AGAIN}Teams でサインインを求められた場合は、そこからやり直してください。`,
      ],
    },
    'page.no_teams': {
      heading: 'Teams から開いてください',
      body: [
        'Teams が応答しません。このアカウントは Teams からのみ接続できます。',
        'このウィンドウを閉じて Teams で検索し、そこでサインインしてください。',
      ],
    },
    'page.offline': {
      heading: '接続できません',
      body: [
        'Latchkey に接続できません。',
        'ネットワークを確認してからこのウィンドウを閉じ、Teams でもう一度検索してください。',
      ],
    },
    'page.timeout': {
      heading: 'Latchkey の応答に時間がかかりすぎています',
      body: ['時間内に応答がありませんでした。', WAIT],
    },
    'page.unexpected': {
      heading: '問題が発生しました',
      body: [
        'Latchkey から、このページが理解できない応答が送信されました。',
        `${AGAIN}同じことが続く場合は、管理者に知らせてください。`,
      ],
    },
  },
};
