;; id: py-cache-stampede
;; finding: ASYNC-2
;; languages: python
;; severity: hint off
;; title: Cache is filled by everyone who misses
;; message: When this entry expires, every request at that moment computes it anew.
;; model: Let one request fill the cache
;; scope: file
;; literals: cache redis
;; note:
;; Between the look into the cache and the write others look too, and all of them
;; ask the database. Hold a lock for the key (or use `SET NX`, or a library with
;; single flight), or renew before it expires.
;; end
;; match:
;; async def get_user(user_id):
;;     cached = await redis.get(key)
;;     if cached is None:
;;         cached = await load(user_id)
;;         await redis.set(key, cached, ex=60)
;;     return cached
;; end
;; no-match:
;; async def get_user(user_id):
;;     cached = await redis.get(key)
;;     if cached is None:
;;         async with lock:
;;             cached = await load(user_id)
;;             await redis.set(key, cached, ex=60)
;;     return cached
;; end
;; no-match:
;; def get(key):
;;     return cache.get(key)
;; def work(job):
;;     data = cache.get(job.input)
;;     cache.set(job.status, "running")
;;     return run(data)
;; end

((assignment
  left: (identifier) @_value
  right: [
    (call function: (_ object: (_) @_cache attribute: (identifier) @_get) @finding
      arguments: (_ . (_) @_key .))
    (await (call function: (_ object: (_) @_cache attribute: (identifier) @_get) @finding
      arguments: (_ . (_) @_key .)))
  ])
 (#any-of? @_get "get")
 (#match? @_cache "(?i)(^|\\.)(cache|redis|memcached?|redis_client|cache_client)$")
 (#stores? @_cache @_key "set" "setex" "add")
 (#not-function-mentions? @finding "lock" "Lock" "nx" "setnx" "get_or_set" "semaphore"))
