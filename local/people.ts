/** Invented people with invented GUIDs. */
export interface Person {
  objectId: string;
  tenantId: string;
  name: string;
  username: string;
  /** May read the wiki's restricted pages. */
  editor: boolean;
}

export const TENANTS = {
  contoso: '11111111-aaaa-4aaa-8aaa-111111111111',
  fabrikam: '22222222-bbbb-4bbb-8bbb-222222222222',
} as const;

export const BOT_ID = '33333333-cccc-4ccc-8ccc-333333333333';

/** For the local token service. */
export const BOT_PASSWORD = 'latchkey-local-bot-password';

export const ADA: Person = {
  objectId: 'aaaaaaaa-0001-4001-8001-000000000001',
  tenantId: TENANTS.contoso,
  name: 'Ada Example',
  username: 'ada@contoso.example',
  editor: true,
};

export const GRACE: Person = {
  objectId: 'aaaaaaaa-0002-4002-8002-000000000002',
  tenantId: TENANTS.contoso,
  name: 'Grace Sample',
  username: 'grace@contoso.example',
  editor: false,
};

export const LINUS: Person = {
  objectId: 'bbbbbbbb-0003-4003-8003-000000000003',
  tenantId: TENANTS.fabrikam,
  name: 'Linus Demo',
  username: 'linus@fabrikam.example',
  editor: false,
};

export const PEOPLE: readonly Person[] = [ADA, GRACE, LINUS];

/** For every person at the local identity provider. */
export const PASSWORD = 'latchkey';

/** At every local issuer. */
export const CLIENT = { id: 'latchkey', secret: 'latchkey-local-secret' } as const;

/** For access tokens of the local wiki. */
export const WIKI_AUDIENCE = 'api://wiki';
export const WIKI_SCOPE = 'wiki.read';
