import type { EncryptionKey } from '../config/config.ts';
import { type HashedPerson, PersonHash } from '../sign-in/audit/person-hash.ts';
import { openCredential, SealError, type Vault } from '../sign-in/credentials/vault.ts';
import { sanitizeDisplayName } from '../sign-in/providers/oauth/id-token.ts';
import { parseUser, type User } from '../sign-in/user.ts';
import type { PersonRecords, StoredLink } from '../store/store.ts';
import { type Command, count, type Options, UsageError } from './command.ts';

/** Prints what is stored of a person, and their name in the logs. No tokens. Changes nothing. */
export const person: Command = {
  options: ['tenant', 'user'],
  check: (options) => void readPerson(options),
  async run({ config, store, vault }, options) {
    const asker = readPerson(options);
    const stored = await store.directory.person(asker);
    const json = exportOf(asker, config.encryptionKeys, stored, vault);
    return { text: toText(json), json };
  },
};

function readPerson({ tenant, user }: Options): User {
  const asker = parseUser(tenant, user);
  if (!asker) throw new UsageError("person needs --tenant <GUID> and --user <GUID>, the person's object id");
  return asker;
}

interface PersonExport {
  tenant: string;
  user: string;
  /** The first is of today's log. Older lines have the hash of an older key. */
  logHashes: (HashedPerson & { key: string })[];
  hasData: boolean;
  connections: { connection: string; account: ShownAccount; lastUse: string }[];
  signInsUnderWay: PendingSignIn[];
  signInsToFinish: PendingSignIn[];
  revocations: { connection: string; attempts: number; nextTry: string }[];
  wrongCodes: { count: number; since: string; pausedUntil: string | null } | null;
  preferences: { defaultConnection: string } | null;
  damagedRecords: number;
}

/** `unreadable`: altered, or its key is gone. */
type ShownAccount = { name: string; subject?: string } | 'unreadable';
interface PendingSignIn {
  connection: string;
  begun: string;
  ends: string;
}

function exportOf(
  asker: User,
  keys: readonly EncryptionKey[],
  { links, transactions, parked, revocations, attempts, defaultConnection, damaged }: PersonRecords,
  vault: Vault,
): PersonExport {
  const records = [...links, ...transactions, ...parked, ...revocations];
  return {
    tenant: asker.tenantId,
    user: asker.objectId,
    logHashes: keys.map(({ id, key }) => ({ key: id, ...new PersonHash(key).person(asker) })),
    hasData: records.length > 0 || attempts !== undefined || defaultConnection !== undefined || damaged > 0,
    connections: links.map((link) => ({
      connection: link.connectionId,
      account: accountOf(vault, link),
      lastUse: timeOf(link.usedAt),
    })),
    signInsUnderWay: transactions.map(toPending),
    signInsToFinish: parked.map(toPending),
    revocations: revocations.map(({ connectionId, attempts, dueAt }) => {
      return { connection: connectionId, attempts, nextTry: timeOf(dueAt) };
    }),
    wrongCodes: attempts
      ? {
          count: attempts.failures,
          since: timeOf(attempts.since),
          pausedUntil: attempts.pausedUntil > 0 ? timeOf(attempts.pausedUntil) : null,
        }
      : null,
    preferences: defaultConnection === undefined ? null : { defaultConnection },
    damagedRecords: damaged,
  };
}

function toPending({ connectionId, createdAt, expiresAt }: PersonRecords['parked'][number]): PendingSignIn {
  return { connection: connectionId, begun: timeOf(createdAt), ends: timeOf(expiresAt) };
}

function accountOf(vault: Vault, link: StoredLink): ShownAccount {
  try {
    const { name, subject } = openCredential(vault, link).account;
    return subject === undefined ? { name } : { name, subject };
  } catch (error) {
    if (error instanceof SealError) return 'unreadable';
    throw error;
  }
}

/** ISO 8601, UTC. A damaged time may be out of range. */
function timeOf(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? 'unknown' : date.toISOString();
}

function toText(shown: PersonExport): string[] {
  const { connections, signInsUnderWay, signInsToFinish, revocations, wrongCodes, preferences, damagedRecords } = shown;
  const hashes = shown.logHashes.map(
    ({ key, tenant, asker }, at) =>
      `${at === 0 ? 'In the log' : 'In older lines'}: asker ${asker}, tenant ${tenant} (key ${key})`,
  );
  if (!shown.hasData) return [...hashes, 'The store contains no data of this person.'];
  const pending = ({ connection, begun, ends }: PendingSignIn) => `${connection}: begun ${begun}, ends ${ends}`;
  return [
    ...hashes,
    ...connections.map(({ connection, account, lastUse }) => {
      const who =
        account === 'unreadable'
          ? 'an account that cannot be read'
          : account.name + (account.subject === undefined ? '' : ` (${sanitizeDisplayName(account.subject)})`);
      return `Signed in to ${connection} as ${who}, last use ${lastUse} (known to a day)`;
    }),
    ...signInsUnderWay.map((each) => `Sign-in at the provider, ${pending(each)}`),
    ...signInsToFinish.map((each) => `Sign-in to be finished in Teams, ${pending(each)}`),
    ...revocations.map(
      ({ connection, attempts, nextTry }) =>
        `Tokens of ${connection} wait for their revocation: tried ${count(attempts, 'time')}, next at ${nextTry}`,
    ),
    ...(wrongCodes
      ? [
          `${count(wrongCodes.count, 'wrong code')} since ${wrongCodes.since}${wrongCodes.pausedUntil ? `, paused until ${wrongCodes.pausedUntil}` : ''}`,
        ]
      : []),
    ...(preferences ? [`Searches only ${preferences.defaultConnection}`] : []),
    ...(damagedRecords > 0 ? [`${count(damagedRecords, 'damaged record')} set aside`] : []),
  ];
}
