;; id: js-cache-stampede
;; finding: ASYNC-2
;; languages: javascript typescript tsx
;; severity: hint off
;; title: Cache is filled by everyone who misses
;; message: When this entry expires, every request at that moment computes it anew.
;; model: Let one request fill the cache
;; scope: file
;; literals: cache redis Cache Redis
;; note:
;; Between the look into the cache and the write others look too, and all of them
;; ask the database. Keep the promise of the one that computes, hold a lock for the
;; key (`SET NX`), or renew before it expires.
;; Whether that costs much, a file does not say: switched off unless you ask for it.
;; end
;; match:
;; async function getUser(id) {
;;   const cached = await redis.get(key(id));
;;   if (cached) return JSON.parse(cached);
;;   const user = await db.load(id);
;;   await redis.set(key(id), JSON.stringify(user), 'EX', 60);
;;   return user;
;; }
;; end
;; no-match:
;; async function getUser(id) {
;;   const cached = await redis.get(key(id));
;;   if (cached) return cached;
;;   return withLock(key(id), async () => { await redis.set(key(id), await load(id)); });
;; }
;; async function peek(id) {
;;   const cached = await redis.get(id);
;;   return cached;
;; }
;; end

((variable_declarator
  value: (await_expression
    (call_expression
      function: (_
        object: (_) @_cache
        property: (property_identifier) @_get) @finding)))
 (#any-of? @_get "get" "hget")
 (#match? @_cache "(?i)(^|[._])(cache|redis|cacheManager|cacheService|redisClient|cacheClient)$")
 (#function-calls? @_cache "set" "setex" "hset" "setEx")
 (#not-function-mentions? @finding "lock" "withLock" "NX" "mutex" "Mutex" "inflight" "pending" "wrap" "acquire"))
