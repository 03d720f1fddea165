/**
 * The Redis store's atomic steps, in Lua. All keys of one asker share a shard, and with it a hash tag, so each script
 * touches one slot of a cluster. Records are JSON; times come as arguments, so that one clock rules a request.
 */
export interface Script {
  keys: number;
  lua: string;
}

/** Moves a credential that lost its place to the queue; `due` and `queue` are the shard's. */
const DISCARD = `
local function discard(due, queue, record, now)
  if not record.sealed then return end
  if redis.call('HSETNX', queue, record.version, cjson.encode({tenantId = record.tenantId, objectId = record.objectId,
    connectionId = record.connectionId, version = record.version, sealed = record.sealed, attempts = 0})) == 1 then
    redis.call('ZADD', due, now, record.version)
  end
end
`;

/** Puts a link and discards what it replaces. */
const PUT_LINK =
  DISCARD +
  `
local function putLink(links, due, queue, link, now)
  local replaced = redis.call('HGET', links, link.connectionId)
  redis.call('HSET', links, link.connectionId, cjson.encode({tenantId = link.tenantId, objectId = link.objectId,
    connectionId = link.connectionId, version = link.version, sealed = link.sealed, usedAt = tonumber(now)}))
  if replaced then discard(due, queue, cjson.decode(replaced), now) end
end
`;

/** Takes a parked record out of all its indexes. */
const UNPARK = `
local function unpark(parked, expiry, mine, keyHash)
  redis.call('DEL', parked)
  redis.call('ZREM', expiry, keyHash)
  redis.call('SREM', mine, keyHash)
end
`;

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
  // KEYS transaction; ARGV connectionId, now, cookie hashes…
  takeTransaction: {
    keys: 1,
    lua: `
local json = redis.call('GET', KEYS[1])
if not json then return 'unknown' end
local record = cjson.decode(json)
if record.connectionId ~= ARGV[1] then return 'unknown' end
for i = 3, #ARGV do
  if record.cookieHash == ARGV[i] then
    redis.call('DEL', KEYS[1])
    return json
  end
end
if tonumber(ARGV[2]) < record.expiresAt then return 'other_browser' end
return 'unknown'`,
  },
  // KEYS links, due, queue; ARGV link, now
  putLink: {
    keys: 3,
    lua: `${PUT_LINK}
putLink(KEYS[1], KEYS[2], KEYS[3], cjson.decode(ARGV[1]), ARGV[2])
return 1`,
  },
  // KEYS links; ARGV connectionId, version, link
  replaceLink: {
    keys: 1,
    lua: `
local json = redis.call('HGET', KEYS[1], ARGV[1])
if not json or cjson.decode(json).version ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1`,
  },
  // KEYS links; ARGV connectionId, version
  dropLink: {
    keys: 1,
    lua: `
local json = redis.call('HGET', KEYS[1], ARGV[1])
if not json or cjson.decode(json).version ~= ARGV[2] then return 0 end
return redis.call('HDEL', KEYS[1], ARGV[1])`,
  },
  // KEYS links; ARGV connectionId, version, sealed, link
  touchLink: {
    keys: 1,
    lua: `
local json = redis.call('HGET', KEYS[1], ARGV[1])
if not json then return 0 end
local link = cjson.decode(json)
if link.version ~= ARGV[2] or link.sealed ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[4])
return 1`,
  },
  // KEYS links, due, queue; ARGV connectionId, now, used before
  discardLink: {
    keys: 3,
    lua: `${DISCARD}
local json = redis.call('HGET', KEYS[1], ARGV[1])
if not json then return 0 end
local link = cjson.decode(json)
if (link.usedAt or 0) >= tonumber(ARGV[3]) then return 0 end
discard(KEYS[2], KEYS[3], link, ARGV[2])
return redis.call('HDEL', KEYS[1], ARGV[1])`,
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
  // KEYS parked, parked under the code, expiry index; ARGV keyHash, codeHash, expiresAt, now, tolerance, prefix of an asker's parked
  confirmParked: {
    keys: 3,
    lua: `${UNPARK}
local json = redis.call('GET', KEYS[1])
if not json then return false end
local record = cjson.decode(json)
local now = tonumber(ARGV[4])
if now >= record.expiresAt or now < record.createdAt - tonumber(ARGV[5]) then return false end
local mine = ARGV[6] .. record.tenantId .. '/' .. record.objectId
unpark(KEYS[1], KEYS[3], mine, ARGV[1])
record.createdAt = now
record.expiresAt = tonumber(ARGV[3])
redis.call('SET', KEYS[2], cjson.encode(record))
redis.call('ZADD', KEYS[3], ARGV[3], ARGV[2])
redis.call('SADD', mine, ARGV[2])
return cjson.encode({tenantId = record.tenantId, objectId = record.objectId, connectionId = record.connectionId})`,
  },
  // KEYS parked, expiry index, due, queue; ARGV keyHash, tenantId, objectId, connectionId, now, tolerance, key prefix
  redeem: {
    keys: 4,
    lua: `${PUT_LINK}${UNPARK}
local json = redis.call('GET', KEYS[1])
if not json then return 'unknown' end
local record = cjson.decode(json)
local asker = record.tenantId .. '/' .. record.objectId
unpark(KEYS[1], KEYS[2], ARGV[7] .. 'parkedof:' .. asker, ARGV[1])
local now = tonumber(ARGV[5])
if record.tenantId ~= ARGV[2] or record.objectId ~= ARGV[3] or record.connectionId ~= ARGV[4] then
  discard(KEYS[3], KEYS[4], record, ARGV[5])
  return 'foreign'
end
if now >= record.expiresAt or now < record.createdAt - tonumber(ARGV[6]) then
  discard(KEYS[3], KEYS[4], record, ARGV[5])
  return 'expired'
end
if not record.sealed then return 'spent' end
putLink(ARGV[7] .. 'links:' .. asker, KEYS[3], KEYS[4], record, ARGV[5])
return 'linked'`,
  },
  // KEYS parked, expiry index, due, queue; ARGV keyHash, now, key prefix
  discardParked: {
    keys: 4,
    lua: `${DISCARD}${UNPARK}
local json = redis.call('GET', KEYS[1])
if not json then
  redis.call('ZREM', KEYS[2], ARGV[1])
  return false
end
local record = cjson.decode(json)
unpark(KEYS[1], KEYS[2], ARGV[3] .. 'parkedof:' .. record.tenantId .. '/' .. record.objectId, ARGV[1])
discard(KEYS[3], KEYS[4], record, ARGV[2])
return cjson.encode({tenantId = record.tenantId, objectId = record.objectId, connectionId = record.connectionId})`,
  },
  // KEYS attempts; ARGV limit, window, now
  failAttempt: {
    keys: 1,
    lua: `
local limit, window, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local since = tonumber(redis.call('HGET', KEYS[1], 'since') or '-1')
local failures = tonumber(redis.call('HGET', KEYS[1], 'failures') or '0')
if since < 0 or since <= now - window then
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
return string.format('%.0f', until_)`,
  },
  // KEYS due, queue; ARGV link, now
  addRevocation: {
    keys: 2,
    lua: `${DISCARD}
discard(KEYS[1], KEYS[2], cjson.decode(ARGV[1]), ARGV[2])
return 1`,
  },
  // KEYS due, queue; ARGV limit, until, now
  takeRevocations: {
    keys: 2,
    lua: `
local taken = {}
for _, version in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[3], 'LIMIT', 0, ARGV[1])) do
  local json = redis.call('HGET', KEYS[2], version)
  if json then
    redis.call('ZADD', KEYS[1], ARGV[2], version)
    taken[#taken + 1] = json
  else
    redis.call('ZREM', KEYS[1], version)
  end
end
return taken`,
  },
  // KEYS due, queue; ARGV version, record with its new count, dueAt
  retryRevocation: {
    keys: 2,
    lua: `
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
return 1`,
  },
  // KEYS queue; ARGV version, sealed, record sealed anew
  resealRevocation: {
    keys: 1,
    lua: `
local json = redis.call('HGET', KEYS[1], ARGV[1])
if not json then return 0 end
local record = cjson.decode(json)
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
  // KEYS lease; ARGV holder, until, now
  acquireLease: {
    keys: 1,
    lua: `
local held = redis.call('HMGET', KEYS[1], 'holder', 'until')
if held[1] and held[1] ~= ARGV[1] and tonumber(held[2]) > tonumber(ARGV[3]) then return 0 end
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
  // KEYS links, due, queue, attempts, the asker's transactions, the asker's parked, expiry index, preference; ARGV now, key prefix
  purgeAsker: {
    keys: 8,
    lua: `${DISCARD}
local links = redis.call('HVALS', KEYS[1])
for _, json in ipairs(links) do discard(KEYS[2], KEYS[3], cjson.decode(json), ARGV[1]) end
for _, state in ipairs(redis.call('ZRANGE', KEYS[5], 0, -1)) do redis.call('DEL', ARGV[2] .. 'tx:' .. state) end
for _, keyHash in ipairs(redis.call('SMEMBERS', KEYS[6])) do
  local json = redis.call('GET', ARGV[2] .. 'parked:' .. keyHash)
  if json then discard(KEYS[2], KEYS[3], cjson.decode(json), ARGV[1]) end
  redis.call('DEL', ARGV[2] .. 'parked:' .. keyHash)
  redis.call('ZREM', KEYS[7], keyHash)
end
redis.call('DEL', KEYS[1], KEYS[4], KEYS[5], KEYS[6], KEYS[8])
return #links`,
  },
} satisfies Record<string, Script>;

export type ScriptName = keyof typeof SCRIPTS;
