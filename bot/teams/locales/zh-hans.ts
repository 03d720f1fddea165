import { counted } from './counted.ts';
import type { Texts } from './en.ts';
import { listed } from './listed.ts';

/** Chinese in Simplified characters. */
export const zhHans: Texts = {
  direction: 'ltr',
  signIn: (title) => `登录 ${title}`,
  aTeamsUser: '一位 Teams 用户',
  notAllowed: '你的组织尚未启用 Latchkey。请联系其管理人员，将你的租户添加到允许列表中。',
  noIdentity:
    'Teams 未提供你的身份信息，因此你无法在此处登录。如果你以来宾或匿名身份参加会议，请使用你自己组织的 Teams。',
  nothingFound: (query, title) => `${title} 中没有与“${query}”匹配的内容。请减少字词或换用其他字词。`,
  nothingRecent: (title) => `${title} 最近没有更改。请键入字词进行搜索。`,
  superseded: '你继续键入了内容：此搜索已停止，改为执行较新的搜索。',
  noMore: '没有更多结果。',
  forbidden: (account, title) =>
    `你已使用 ${account} 登录 ${title}，但该帐户无权阅读此内容。请在 ${title} 中申请访问权限。`,
  busy: (title, wait) => `${title} 正忙。请在 ${wait}后重试。`,
  unavailable: (title, reference) => `目前无法搜索 ${title}。请稍后重试。参考编号：${reference}`,
  unavailableFor: (title, wait, reference) => `目前无法搜索 ${title}。请在 ${wait}后重试。参考编号：${reference}`,
  paused: (wait) => `你的帐户发送了过多不匹配的登录代码。请在 ${wait}后重新搜索以登录。`,
  signedOut: (titles) => `你已注销 ${titles}。若要登录，请重新搜索。`,
  notSignedInTo: (title) => `你尚未登录 ${title}。选择“你的连接”即可在那里登录。`,
  notSignedIn: '你在此处未登录任何服务。',
  accountsUnavailable: (reference) => `目前无法显示或更改你的连接。请稍后重试。参考编号：${reference}`,
  connectionsTitle: '你的连接',
  signOutTitle: '注销',
  signOutOf: (title) => `注销 ${title}`,
  switchAccountAt: (title) => `在 ${title} 使用其他帐户`,
  signOutOfAll: '全部注销',
  accountOf: (account) => `已使用 ${account} 登录`,
  accountNone: '未登录',
  list: listed('zh-Hans'),
  seconds: counted('zh-Hans', { other: '# 秒' }),
  minutes: counted('zh-Hans', { other: '# 分钟' }),
  edited: (date, by) => (by ? `上次编辑：${date}，编辑者：${by}` : `上次编辑：${date}`),
  from: (title, account) => `${title} · 已使用 ${account} 登录`,
  pageOf: (title) => `${title} 的一个页面，需使用该处的帐户阅读。`,
  view: (title) => `在 ${title} 中查看`,
  imageOf: (title) => `${title} 的图片`,
  openByHand: (prompt) => `${prompt}：请将此地址复制到新标签页，在那里登录，然后回到这里重新搜索。`,
  typeCommand: (command, parameter) =>
    `Agents Playground 不会读取清单。请在“Specify Command ID or Parameter”下，将命令 ID 填为 ${command}，将参数名称填为 ${parameter}。`,
};
