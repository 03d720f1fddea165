import type { Messages } from './en.ts';

const AGAIN = '请关闭此窗口，然后在 Teams 中重新搜索。';
const WAIT = '请等待一分钟，关闭此窗口，然后在 Teams 中重新搜索。';
const NOTHING = '未连接任何帐户。';

export const zhHans: Messages = {
  lang: 'zh-Hans',
  dir: 'ltr',
  title: 'Latchkey 登录',
  stuck: '仍停留在此页面？请关闭此窗口，然后在 Teams 中重新搜索。',
  noScript: {
    heading: 'JavaScript 已关闭',
    body: ['登录需要 JavaScript。请允许此页面使用 JavaScript，关闭此窗口，然后在 Teams 中重新搜索。'],
  },
  chatTitle: 'Latchkey 聊天',
  chatFailed: {
    heading: '无法打开聊天',
    body: ['无法连接 Latchkey 或其聊天服务。', '请检查网络，然后重新加载此页面。'],
  },
  chatBlocked: {
    message: '浏览器阻止了登录窗口。',
    link: '打开登录页面',
  },
  fromChat: {
    again: '请关闭此窗口，然后在聊天中重新登录。',
    waitAndAgain: '请等待几分钟，再关闭此窗口，然后在聊天中重新登录。',
  },
  unnamed: '发起搜索的人',
  unnamedAccount: '没有名称的帐户（ID {id}）',
  closeByHand: '现在可以关闭此窗口。',
  account: { signedIn: '已使用 {account} 登录', signedOut: '未登录', chosen: '搜索多个连接时仅使用 {connection}' },
  teamsUser: {
    signInName: '{asker} 已使用 {signInName} 登录 Teams。',
    tenant: '{asker} 属于 Microsoft 365 租户 {tenant}。',
    unknown: 'Teams 未向 Latchkey 提供你的身份，请确认你就是 {asker}。仅当你刚才在 Teams 中进行过搜索时才连接。',
  },
  buttons: {
    signIn: '登录',
    switchAccount: '使用其他帐户',
    signOut: '注销',
    signOutAll: '从所有连接注销',
    searchOnly: '仅搜索 {connection}',
    searchAll: '搜索所有连接',
    finish: '完成',
    connect: '连接',
    cancel: '取消',
    proceed: '继续',
    retry: '重试',
    close: '关闭',
  },
  screens: {
    settingsOpening: { heading: '正在打开你的连接…', body: ['请稍候。'] },
    settings: { heading: '你的连接', body: ['{asker} 可以从 Teams 搜索的内容，以及所用的帐户。'] },
    settingsChanging: { heading: '正在更改你的连接…', body: ['请稍候。'] },
    opening: { heading: '正在打开登录…', body: ['请稍候。'] },
    leaving: { heading: '正在转到登录…', body: ['登录页面将在此窗口中打开。'] },
    signingIn: { heading: '正在登录…', body: ['正在向登录服务核实。'] },
    outsideTeams: {
      heading: '未找到 Teams 窗口',
      body: [
        '此页面不是由 Teams 打开的，或者 Teams 没有响应。你仍然可以在此处登录。',
        '登录后，请返回 Teams 并重新搜索。',
      ],
    },
    confirm: {
      heading: '是否将 {connection} 帐户 {account} 连接到 Microsoft Teams 中的 {asker}？',
      body: [
        '连接后，{asker} 可以使用此帐户从 Teams 中搜索 {connection}。',
        '如果你刚才没有在 Teams 中发起此操作，请取消。',
      ],
    },
    confirmUnnamed: {
      heading: '是否将 {connection} 中这个没有名称的帐户（ID {account}）连接到 Microsoft Teams 中的 {asker}？',
      body: [
        '{connection} 没有提供帐户的名称。仅当你刚才在那里使用自己的帐户登录时才连接。',
        '如果你刚才没有在 Teams 中发起此操作，请取消。',
      ],
    },
    connecting: { heading: '正在连接…', body: ['请稍候。'] },
    cancelling: { heading: '正在取消…', body: ['请稍候。'] },
    done: { heading: '你已登录', body: ['正在返回 Teams…'] },
    doneStillOpen: {
      heading: '你已登录',
      body: ['请关闭此窗口。如果 Teams 未显示结果，请在 Teams 中重新搜索。'],
    },
    doneSearchAgain: { heading: '你已登录', body: [AGAIN] },
    doneInChat: { heading: '你已登录', body: ['关闭此窗口，继续聊天。'] },
    doneUntold: {
      heading: '无法将登录通知 Teams',
      body: ['此窗口与 Teams 断开了连接。未连接任何帐户。', '请关闭此窗口，然后从 Teams 重新登录。'],
    },

    'signin.cancelled': { heading: '登录已取消', body: [NOTHING, AGAIN] },
    'signin.identity_mismatch': {
      heading: '请以 {expected} 的身份登录',
      body: [
        '你以 {used} 的身份登录，但这是他人的帐户。未连接任何帐户。',
        '请选择“使用其他帐户”，并以 {expected} 的身份登录。如果登录页面不允许选择，请在隐私窗口中使用 Teams。',
      ],
    },
    'signin.scope_missing': {
      heading: '缺少权限',
      body: ['登录服务未授予搜索所需的全部权限。未连接任何帐户。', `${AGAIN}登录，并允许登录页面请求的所有权限。`],
    },
    'signin.other_teams_user': {
      heading: '请以 {expected} 的身份打开 Teams',
      body: [
        '此链接供 {expected} 使用，但 Teams 是用另一个帐户打开的。未连接任何帐户。',
        '如果你是 {expected}，请使用该帐户打开 Teams 并在其中搜索。如果不是，请关闭此窗口。',
      ],
    },
    'ticket.invalid': {
      heading: '此登录链接无效',
      body: ['链接不完整或已被更改。', `${AGAIN}你将在那里获得新链接。`],
    },
    'ticket.expired': {
      heading: '此登录链接已过期',
      body: [`${AGAIN}你将在那里获得新链接。`],
    },
    'transaction.unknown': {
      heading: '此登录已结束',
      body: ['登录已经完成，或者耗时过长。', `${AGAIN}如果 Teams 要求你登录，请从那里重新开始。`],
    },
    'transaction.cookie': {
      heading: '此登录属于另一个窗口',
      body: [
        '请在开始登录的浏览器中完成登录，并允许此网站使用 Cookie。',
        '请关闭此窗口，在 Teams 中搜索，然后从那里重新登录。',
      ],
    },
    'confirmation.unknown': {
      heading: '此问题已过期',
      body: [NOTHING, `${AGAIN}请从那里重新登录。`],
    },
    'request.malformed': {
      heading: '此登录未成功',
      body: [`登录页面的响应不完整或已被更改。${NOTHING}`, AGAIN],
    },
    'request.origin': {
      heading: '此登录未成功',
      body: [`请求并非来自此页面。${NOTHING}`, AGAIN],
    },
    'provider.refused': {
      heading: '登录服务拒绝访问',
      body: [`它不允许你登录。${NOTHING}`, `${AGAIN}如果再次发生这种情况，请向管理员申请访问权限。`],
    },
    'provider.policy': {
      heading: '你的组织不允许此操作',
      body: [
        '你的组织或登录服务的规则阻止了此帐户。未连接任何帐户。',
        '请向管理员申请访问权限。如需使用其他帐户，请关闭此窗口，然后在 Teams 中重新搜索。',
      ],
    },
    'provider.misconfigured': {
      heading: '此登录的设置不正确',
      body: ['登录服务不接受此连接的设置。未连接任何帐户。', '请让管理员更正这些设置，然后在 Teams 中重新搜索。'],
    },
    'provider.invalid_response': {
      heading: '登录服务的响应不安全',
      body: [`该响应未通过安全检查。${NOTHING}`, `${AGAIN}如果再次发生这种情况，请告知管理员。`],
    },
    'provider.unavailable': { heading: '登录服务不可用', body: [NOTHING, WAIT] },
    'provider.timeout': {
      heading: '登录服务响应时间过长',
      body: [`它未及时响应。${NOTHING}`, WAIT],
    },
    'store.unavailable': {
      heading: 'Latchkey 不可用',
      body: ['目前无法保存你的登录。', WAIT],
    },
    'limit.exceeded': {
      heading: '尝试次数过多',
      body: ['请等待十分钟，关闭此窗口，然后在 Teams 中重新搜索。'],
    },
    'page.reloaded': {
      heading: '此登录已结束',
      body: [
        '重新加载此页面会结束尚未完成的登录。该登录未连接任何帐户。',
        `${AGAIN}如果 Teams 要求你登录，请从那里重新开始。`,
      ],
    },
    'page.no_teams': {
      heading: '请从 Teams 中打开',
      body: ['Teams 没有响应，而此帐户只能从 Teams 中连接。', '请关闭此窗口，在 Teams 中搜索，然后在那里登录。'],
    },
    'page.offline': {
      heading: '无网络连接',
      body: ['无法访问 Latchkey。', '请检查网络，关闭此窗口，然后在 Teams 中重新搜索。'],
    },
    'page.timeout': { heading: 'Latchkey 响应时间过长', body: ['它未及时响应。', WAIT] },
    'page.unexpected': {
      heading: '出现问题',
      body: ['Latchkey 发送了此页面无法理解的响应。', `${AGAIN}如果再次发生这种情况，请告知管理员。`],
    },
  },
};
