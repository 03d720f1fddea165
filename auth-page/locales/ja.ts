import type { Messages } from './en.ts';

const AGAIN = 'このウィンドウを閉じて、Teams でもう一度検索してください。';
const WAIT = '1 分ほど待ってからこのウィンドウを閉じ、Teams でもう一度検索してください。';
const NOTHING = '何も接続されていません。';

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
      'Teams から利用者の情報が得られないため、あなたが {asker} であることを Latchkey は確認できません。たった今 Teams で検索した場合にのみ接続してください。',
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
        '接続すると、このアカウントを使って Teams から {connection} を検索できるようになります。',
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
      heading: 'Teams に通知できませんでした',
      body: [
        'サインインしましたが、このウィンドウと Teams のウィンドウのつながりが失われたため、何も接続されていません。',
        'このウィンドウを閉じて、Teams からもう一度サインインしてください。',
      ],
    },

    'signin.cancelled': { heading: 'サインインはキャンセルされました', body: [NOTHING, AGAIN] },
    'signin.identity_mismatch': {
      heading: '{expected} としてサインインしてください',
      body: [
        '{used} としてサインインしましたが、これは別のユーザーのアカウントです。何も接続されていません。',
        '「別のアカウントを使う」を選び、{expected} としてサインインしてください。サインイン ページで選べない場合は、プライベート ウィンドウで Teams をお使いください。',
      ],
    },
    'signin.scope_missing': {
      heading: '一部が許可されませんでした',
      body: [
        '検索に必要なアクセス許可の一部が、サインイン サービスから与えられませんでした。何も接続されていません。',
        `${AGAIN}そこからサインインし、サインイン ページで求められる許可をすべて与えてください。`,
      ],
    },
    'signin.other_teams_user': {
      heading: '{expected} として Teams を開いてください',
      body: [
        'このリンクは {expected} のものですが、この Teams は別のアカウントで使用されています。何も接続されていません。',
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
        'サインインを完了できるのは、サインインを始めたブラウザーで、このサイトの Cookie が許可されている場合のみです。',
        'このウィンドウを閉じて Teams で検索し、そこからもう一度サインインしてください。',
      ],
    },
    'confirmation.unknown': {
      heading: 'この質問は有効期限が切れています',
      body: [NOTHING, `${AGAIN}そこからもう一度サインインしてください。`],
    },
    'request.malformed': {
      heading: 'このサインインは使用できません',
      body: [`サインイン ページからの応答が不完全であるか、変更されています。${NOTHING}`, AGAIN],
    },
    'request.origin': {
      heading: 'このサインインは使用できません',
      body: [`要求はこのページからのものではありません。${NOTHING}`, AGAIN],
    },
    'provider.refused': {
      heading: 'サインイン サービスに拒否されました',
      body: [
        `ここへのサインインは許可されませんでした。${NOTHING}`,
        `${AGAIN}同じことが続く場合は、管理者にアクセス権を申請してください。`,
      ],
    },
    'provider.policy': {
      heading: '組織で許可されていません',
      body: [
        '組織またはサインイン サービスの規則により、このアカウントではサインインできません。何も接続されていません。',
        '管理者にアクセス権を申請してください。別のアカウントを使う場合は、このウィンドウを閉じて、Teams でもう一度検索してください。',
      ],
    },
    'provider.misconfigured': {
      heading: 'このサインインは正しく設定されていません',
      body: [
        'サインイン サービスがこの接続の設定を受け付けません。何も接続されていません。',
        '修正できるのは管理者だけです。管理者に知らせ、その後 Teams でもう一度検索してください。',
      ],
    },
    'provider.invalid_response': {
      heading: '現在、サインイン サービスを信頼できません',
      body: [
        `サービスの応答が安全性の確認に合格しませんでした。${NOTHING}`,
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
        '完了していないサインインは、ページを再読み込みすると終了します。そのサインインでは何も接続されていません。',
        `${AGAIN}Teams でサインインを求められた場合は、そこからやり直してください。`,
      ],
    },
    'page.no_teams': {
      heading: 'Teams から開いてください',
      body: [
        '応答する Teams のウィンドウがありません。このアカウントは Teams と一緒でなければ接続できません。',
        'このウィンドウを閉じて Teams で検索し、そこでサインインを選択してください。',
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
        'Latchkey から、このページでは扱えない応答が返されました。',
        `${AGAIN}同じことが続く場合は、管理者に知らせてください。`,
      ],
    },
  },
};
