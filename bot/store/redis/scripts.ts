/** The atomic steps of the Redis store, in Lua. All keys of a user share a hash tag, so each script uses one slot of a
 * cluster. Times are arguments, so that one clock decides for a request. T90: a connection can end between a step and
 * its answer, so each script may run twice. The second run recognises the first by the record's version or the run's
 * key (`once`), changes no record and returns the first answer. T94: an unreadable record is set aside and must not
 * fail the script for other users. */
export interface Script {
  /** Without the key of the run, which a script with `once` gets too. */
  keys: number;
  once?: true;
  lua: string;
}

/** Returns nil for a damaged record. Without pcall, bad JSON would end the script. */
const DECODE = `
local function decode(json, strings, numbers)
  local ok, record = pcall(cjson.decode, json)
  if not ok or type(record) ~= 'table' then return nil end
  for _, name in ipairs({'tenantId', 'objectId', 'connectionId', unpack(strings)}) do
    if type(record[name]) ~= 'string' then return nil end
  end
  for _, name in ipairs(numbers) do
    if type(record[name]) ~= 'number' then return nil end
  end
  return record
end
local function decodeLink(json) return decode(json, {'version', 'sealed'}, {}) end
local function decodeRevocation(json) return decode(json, {'version', 'sealed'}, {'attempts'}) end
local function decodeTransaction(json) return decode(json, {'cookieHash', 'sealed'}, {'createdAt', 'expiresAt'}) end
local function decodePending(json)
  local record = decode(json, {'version'}, {'createdAt', 'expiresAt'})
  if record and record.sealed ~= nil and type(record.sealed) ~= 'string' then return nil end
  return record
end
`;

/** Operators can inspect a damaged record for this long. */
const DAMAGED_TTL_MS = 30 * 86_400_000;

/** Moves a damaged record out of the way. The log reports the names in `:new`. */
const SET_ASIDE = `
local function setAside(damaged, kind, place, json)
  local name = kind .. '|' .. place .. '|' .. string.sub(redis.sha1hex(json), 1, 8)
  redis.call('HSET', damaged, name, json)
  redis.call('PEXPIRE', damaged, ${DAMAGED_TTL_MS})
  redis.call('SADD', damaged .. ':new', name)
end
`;

/** Moves a credential to the revocation queue of its shard. */
const DISCARD = `
local function discard(due, queue, record, now)
  if not record.sealed then return end
  if redis.call('HSETNX', queue, record.version, cjson.encode({tenantId = record.tenantId, objectId = record.objectId,
    connectionId = record.connectionId, version = record.version, sealed = record.sealed, attempts = 0})) == 1 then
    redis.call('ZADD', due, now, record.version)
  end
end
`;

/** Discards the replaced link. If both have one version, the script ran twice and must not revoke the new link (T90). */
const PUT_LINK = `
local function putLink(links, due, queue, damaged, link, now)
  local json = redis.call('HGET', links, link.connectionId)
  redis.call('HSET', links, link.connectionId, cjson.encode({tenantId = link.tenantId, objectId = link.objectId,
    connectionId = link.connectionId, version = link.version, sealed = link.sealed, usedAt = tonumber(now)}))
  if not json then return end
  local replaced = decodeLink(json)
  if not replaced then
    setAside(damaged, 'link', link.tenantId .. '/' .. link.objectId .. '/' .. link.connectionId, json)
  elseif replaced.version ~= link.version then
    discard(due, queue, replaced, now)
  end
end
`;

const UNPARK = `
local function unpark(parked, expiry, mine, keyHash)
  redis.call('DEL', parked)
  redis.call('ZREM', expiry, keyHash)
  if mine then redis.call('SREM', mine, keyHash) end
end
`;

/** A damaged record is set aside. It does not name its user, so it stays in that user's index. */
const PENDING = `
local function pendingAt(parked, expiry, damaged, keyHash)
  local json = redis.call('GET', parked)
  if not json then return nil end
  local record = decodePending(json)
  if record then return record end
  unpark(parked, expiry, nil, keyHash)
  setAside(damaged, 'pending credential', keyHash, json)
  return nil
end
local function ownerOf(record)
  return cjson.encode({tenantId = record.tenantId, objectId = record.objectId, connectionId = record.connectionId})
end
`;

/** A client repeats a command within seconds or never. */
const RUN_TTL_MS = 10_000;

/** T90: a step runs once. It returns its answer and whether it changed a record. */
const once = (lua: string) => `
local function step()
${lua}
end
local run = KEYS[#KEYS]
local ran = redis.call('GET', run)
if ran then return cjson.decode(ran)[1] end
local answer, changed = step()
if changed then redis.call('SET', run, cjson.encode({answer}), 'PX', ${RUN_TTL_MS}) end
return answer`;

export const SCRIPTS = {
  // KEYS transaction, the asker's transactions; ARGV record, stateHash, createdAt, time to live (ms), limit, key prefix
  openTransaction: {
    keys: 2,
    lua: `
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[4])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
local excess = redis.call('ZRANGE', KEYS[2], 0, -1 - tonumber(ARGV[5]))
for _, old in ipairs(excess) do
  redis.call('DEL', ARGV[6] .. old)
  redis.call('ZREM', KEYS[2], old)
end
return 1`,
  },
  // KEYS transaction, damaged; ARGV stateHash, connectionId, now, cookie hashes…
  takeTransaction: {
    keys: 2,
    once: true,
    lua: `${DECODE}${SET_ASIDE}${once(`
local json = redis.call('GET', KEYS[1])
if not json then return 'unknown' end
local record = decodeTransaction(json)
if not record then
  redis.call('DEL', KEYS[1])
  setAside(KEYS[2], 'transaction', ARGV[1], json)
  return 'unknown', true
end
if record.connectionId ~= ARGV[2] then return 'unknown' end
for i = 4, #ARGV do
  if record.cookieHash == ARGV[i] then
    redis.call('DEL', KEYS[1])
    return json, true
  end
end
if tonumber(ARGV[3]) < record.expiresAt then return 'other_browser' end
return 'unknown'`)}`,
  },
  // KEYS links, due, queue, damaged; ARGV link, now
  putLink: {
    keys: 4,
    lua: `${DECODE}${SET_ASIDE}${DISCARD}${PUT_LINK}
putLink(KEYS[1], KEYS[2], KEYS[3], KEYS[4], cjson.decode(ARGV[1]), ARGV[2])
return 1`,
  },
  // KEYS links; ARGV connectionId, version, link, the link's version
  replaceLink: {
    keys: 1,
    lua: `${DECODE}
local json = redis.call('HGET', KEYS[1], ARGV[1])
local link = json and decodeLink(json)
if not link then return 0 end
if link.version == ARGV[4] then return 1 end
if link.version ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1`,
  },
  // KEYS links; ARGV connectionId, version
  dropLink: {
    keys: 1,
    once: true,
    lua: `${DECODE}${once(`
local json = redis.call('HGET', KEYS[1], ARGV[1])
local link = json and decodeLink(json)
if not link or link.version ~= ARGV[2] then return 0 end
return redis.call('HDEL', KEYS[1], ARGV[1]), true`)}`,
  },
  // KEYS links; ARGV connectionId, version, sealed, link
  touchLink: {
    keys: 1,
    lua: `${DECODE}
local json = redis.call('HGET', KEYS[1], ARGV[1])
if json == ARGV[4] then return 1 end
local link = json and decodeLink(json)
if not link or link.version ~= ARGV[2] or link.sealed ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[4])
return 1`,
  },
  // KEYS links, due, queue, damaged; ARGV connectionId, now, used before, asker
  discardLink: {
    keys: 4,
    once: true,
    lua: `${DECODE}${SET_ASIDE}${DISCARD}${once(`
local json = redis.call('HGET', KEYS[1], ARGV[1])
if not json then return 0 end
local link = decodeLink(json)
if not link then
  setAside(KEYS[4], 'link', ARGV[4] .. '/' .. ARGV[1], json)
  redis.call('HDEL', KEYS[1], ARGV[1])
  return 0, true
end
if (tonumber(link.usedAt) or 0) >= tonumber(ARGV[3]) then return 0 end
discard(KEYS[2], KEYS[3], link, ARGV[2])
return redis.call('HDEL', KEYS[1], ARGV[1]), true`)}`,
  },
  // KEYS parked, expiry index, the asker's parked; ARGV record, keyHash, expiresAt
  park: {
    keys: 3,
    lua: `
redis.call('SET', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[2])
redis.call('SADD', KEYS[3], ARGV[2])
return 1`,
  },
  // KEYS parked, parked under the code, expiry index, damaged;
  // ARGV keyHash, codeHash, expiresAt, now, tolerance, prefix of an asker's parked
  confirmParked: {
    keys: 4,
    once: true,
    lua: `${DECODE}${SET_ASIDE}${UNPARK}${PENDING}${once(`
local record = pendingAt(KEYS[1], KEYS[3], KEYS[4], ARGV[1])
if not record then return false end
local now = tonumber(ARGV[4])
if now >= record.expiresAt or now < record.createdAt - tonumber(ARGV[5]) then return false end
local mine = ARGV[6] .. record.tenantId .. '/' .. record.objectId
unpark(KEYS[1], KEYS[3], mine, ARGV[1])
record.createdAt = now
record.expiresAt = tonumber(ARGV[3])
redis.call('SET', KEYS[2], cjson.encode(record))
redis.call('ZADD', KEYS[3], ARGV[3], ARGV[2])
redis.call('SADD', mine, ARGV[2])
return ownerOf(record), true`)}`,
  },
  // KEYS parked, expiry index, due, queue, damaged;
  // ARGV keyHash, tenantId, objectId, connectionId, now, tolerance, key prefix
  redeem: {
    keys: 5,
    once: true,
    lua: `${DECODE}${SET_ASIDE}${DISCARD}${PUT_LINK}${UNPARK}${PENDING}${once(`
local record = pendingAt(KEYS[1], KEYS[2], KEYS[5], ARGV[1])
if not record then return 'unknown' end
local asker = record.tenantId .. '/' .. record.objectId
unpark(KEYS[1], KEYS[2], ARGV[7] .. 'parkedof:' .. asker, ARGV[1])
local now = tonumber(ARGV[5])
if record.tenantId ~= ARGV[2] or record.objectId ~= ARGV[3] or record.connectionId ~= ARGV[4] then
  discard(KEYS[3], KEYS[4], record, ARGV[5])
  return 'foreign', true
end
if now >= record.expiresAt or now < record.createdAt - tonumber(ARGV[6]) then
  discard(KEYS[3], KEYS[4], record, ARGV[5])
  return 'expired', true
end
if not record.sealed then return 'spent', true end
putLink(ARGV[7] .. 'links:' .. asker, KEYS[3], KEYS[4], KEYS[5], record, ARGV[5])
return 'linked', true`)}`,
  },
  // KEYS parked, expiry index, due, queue, damaged; ARGV keyHash, now, key prefix
  discardParked: {
    keys: 5,
    once: true,
    lua: `${DECODE}${SET_ASIDE}${DISCARD}${UNPARK}${PENDING}${once(`
local record = pendingAt(KEYS[1], KEYS[2], KEYS[5], ARGV[1])
if not record then
  redis.call('ZREM', KEYS[2], ARGV[1])
  return false
end
unpark(KEYS[1], KEYS[2], ARGV[3] .. 'parkedof:' .. record.tenantId .. '/' .. record.objectId, ARGV[1])
discard(KEYS[3], KEYS[4], record, ARGV[2])
return ownerOf(record), true`)}`,
  },
  // KEYS attempts; ARGV limit, window, now, tolerance
  failAttempt: {
    keys: 1,
    once: true,
    lua: once(`
local limit, window, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local since = tonumber(redis.call('HGET', KEYS[1], 'since') or '-1') or -1
local failures = tonumber(redis.call('HGET', KEYS[1], 'failures') or '0') or 0
if since < 0 or since <= now - window or since > now + tonumber(ARGV[4]) then
  since = now
  failures = 0
end
failures = failures + 1
local until_ = 0
if failures >= limit then
  failures = 0
  until_ = now + window
end
redis.call('HSET', KEYS[1], 'since', ARGV[3] == tostring(since) and ARGV[3] or string.format('%.0f', since), 'failures', failures)
if until_ > 0 then redis.call('HSET', KEYS[1], 'pausedUntil', string.format('%.0f', until_)) end
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', window * 2))
return string.format('%.0f', until_), true`),
  },
  // KEYS due, queue; ARGV link, now
  addRevocation: {
    keys: 2,
    lua: `${DISCARD}
discard(KEYS[1], KEYS[2], cjson.decode(ARGV[1]), ARGV[2])
return 1`,
  },
  // KEYS due, queue, damaged; ARGV limit, until, now, the latest time that an entry can be due
  takeRevocations: {
    keys: 3,
    once: true,
    lua: `${DECODE}${SET_ASIDE}${once(`
local taken = {}
local changed = false
local versions = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[3], 'LIMIT', 0, ARGV[1])
if #versions == 0 then
  versions = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. ARGV[4], '+inf', 'LIMIT', 0, ARGV[1])
end
for _, version in ipairs(versions) do
  local json = redis.call('HGET', KEYS[2], version)
  changed = true
  if json and decodeRevocation(json) then
    redis.call('ZADD', KEYS[1], ARGV[2], version)
    taken[#taken + 1] = json
  else
    redis.call('ZREM', KEYS[1], version)
    redis.call('HDEL', KEYS[2], version)
    if json then setAside(KEYS[3], 'revocation', version, json) end
  end
end
return taken, changed`)}`,
  },
  // KEYS due, queue; ARGV version, attempts, dueAt, sealed anew or ''
  retryRevocation: {
    keys: 2,
    lua: `${DECODE}
local json = redis.call('HGET', KEYS[2], ARGV[1])
local record = json and decodeRevocation(json)
if not record then return 0 end
record.attempts = tonumber(ARGV[2])
if ARGV[4] ~= '' then record.sealed = ARGV[4] end
redis.call('HSET', KEYS[2], ARGV[1], cjson.encode(record))
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
return 1`,
  },
  // KEYS queue; ARGV version, sealed, record sealed anew
  resealRevocation: {
    keys: 1,
    lua: `${DECODE}
local json = redis.call('HGET', KEYS[1], ARGV[1])
local record = json and decodeRevocation(json)
if not record then return 0 end
if record.sealed == ARGV[3] then return 1 end
if record.sealed ~= ARGV[2] then return 0 end
record.sealed = ARGV[3]
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(record))
return 1`,
  },
  // KEYS due, queue; ARGV version
  doneRevocation: {
    keys: 2,
    lua: `
redis.call('ZREM', KEYS[1], ARGV[1])
return redis.call('HDEL', KEYS[2], ARGV[1])`,
  },
  // KEYS lease; ARGV holder, until, now, the latest end that a lease of this length can have
  acquireLease: {
    keys: 1,
    lua: `
local held = redis.call('HMGET', KEYS[1], 'holder', 'until')
local heldUntil = tonumber(held[2]) or 0
local isHeld = heldUntil > tonumber(ARGV[3]) and heldUntil <= tonumber(ARGV[4])
if held[1] and held[1] ~= ARGV[1] and isHeld then return 0 end
redis.call('HSET', KEYS[1], 'holder', ARGV[1], 'until', ARGV[2])
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.max(1, tonumber(ARGV[2]) - tonumber(ARGV[3]))))
return 1`,
  },
  // KEYS lease; ARGV holder
  releaseLease: {
    keys: 1,
    lua: `
if redis.call('HGET', KEYS[1], 'holder') == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`,
  },
  // KEYS links, due, queue, attempts, the user's transactions, the user's parked, expiry index, preference, damaged;
  // ARGV now, key prefix, user
  purgeAsker: {
    keys: 9,
    once: true,
    lua: `${DECODE}${SET_ASIDE}${DISCARD}${UNPARK}${PENDING}${once(`
local links = redis.call('HGETALL', KEYS[1])
for i = 1, #links, 2 do
  local link = decodeLink(links[i + 1])
  if link then discard(KEYS[2], KEYS[3], link, ARGV[1])
  else setAside(KEYS[9], 'link', ARGV[3] .. '/' .. links[i], links[i + 1]) end
end
for _, state in ipairs(redis.call('ZRANGE', KEYS[5], 0, -1)) do redis.call('DEL', ARGV[2] .. 'tx:' .. state) end
for _, keyHash in ipairs(redis.call('SMEMBERS', KEYS[6])) do
  local parked = ARGV[2] .. 'parked:' .. keyHash
  local record = pendingAt(parked, KEYS[7], KEYS[9], keyHash)
  if record then discard(KEYS[2], KEYS[3], record, ARGV[1]) end
  unpark(parked, KEYS[7], nil, keyHash)
end
redis.call('DEL', KEYS[1], KEYS[4], KEYS[5], KEYS[6], KEYS[8])
return #links / 2, true`)}`,
  },
  // KEYS hash, damaged; ARGV field, its expected content, kind, place
  setFieldAside: {
    keys: 2,
    lua: `${SET_ASIDE}
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[1], ARGV[1])
setAside(KEYS[2], ARGV[3], ARGV[4], ARGV[2])
return 1`,
  },
  // KEYS damaged, names of the new; ARGV limit. Returns names, each with its content or ''
  takeDamaged: {
    keys: 2,
    once: true,
    lua: once(`
local names = redis.call('SPOP', KEYS[2], ARGV[1])
local taken = {}
for _, name in ipairs(names) do
  taken[#taken + 1] = name
  taken[#taken + 1] = redis.call('HGET', KEYS[1], name) or ''
end
return taken, #names > 0`),
  },
  // KEYS damaged; ARGV texts that name a person or a tenant
  purgeDamaged: {
    keys: 1,
    lua: `
local fields = redis.call('HGETALL', KEYS[1])
for i = 1, #fields, 2 do
  local named = true
  for _, text in ipairs(ARGV) do named = named and string.find(fields[i] .. fields[i + 1], text, 1, true) end
  if named then redis.call('HDEL', KEYS[1], fields[i]) end
end
return 1`,
  },
} satisfies Record<string, Script>;

export type ScriptName = keyof typeof SCRIPTS;
