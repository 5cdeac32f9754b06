;; id: py-async-blocking
;; finding: ASYNC-2
;; languages: python
;; severity: warning off
;; same-as: ASYNC251 ASYNC210 ASYNC101 ASYNC100
;; title: Blocking call in an async function
;; message: {{@call}}() blocks the event loop: every other request waits as long.
;; model: Make this call asynchronous
;; fix-title: Sleep without blocking (asyncio.sleep)
;; literals: async
;; note:
;; An async function that sleeps or waits for the network in a blocking way stops
;; the whole event loop. Use `await asyncio.sleep(...)`, an async client (httpx,
;; aiohttp), or `await asyncio.to_thread(...)`.
;; The rewrite is offered by itself, never by fix-all: other tasks run while this one sleeps.
;; end
;; fix: offered
;; replace @sleep: await asyncio.sleep
;; import: import asyncio
;; end
;; match:
;; import asyncio
;; import time
;;
;; async def poll():
;;     while True:
;;         time.sleep(5)
;; end
;; fixed:
;; import asyncio
;; import time
;;
;; async def poll():
;;     while True:
;;         await asyncio.sleep(5)
;; end
;; match:
;; """Poll."""
;; import time
;;
;; async def poll():
;;     time.sleep(5)
;; end
;; fixed:
;; """Poll."""
;; import time
;; import asyncio
;;
;; async def poll():
;;     await asyncio.sleep(5)
;; end
;; match:
;; import requests
;; async def load(url):
;;     return requests.get(url, timeout=3).json()
;; end
;; no-match:
;; import time, asyncio
;; def poll():
;;     time.sleep(5)
;; async def f():
;;     await asyncio.sleep(1)
;;     await asyncio.to_thread(time.sleep, 5)
;;     def inner():
;;         time.sleep(1)
;; end

((expression_statement
  (call
    function: (_
      object: (identifier) @_module
      attribute: (identifier) @_name) @call @finding @sleep))
 (#eq? @_module "time")
 (#eq? @_name "sleep")
 (#file-has? "import time")
 (#in-async? @finding))

((call
  function: (_
    object: (identifier) @_module
    attribute: (identifier) @_name) @call @finding)
 (#eq? @_module "requests")
 (#any-of? @_name "get" "post" "put" "patch" "delete" "head" "request")
 (#file-has? "import requests")
 (#in-async? @finding))

((call
  function: (attribute) @call @finding)
 (#any-of? @call "urllib.request.urlopen" "subprocess.run" "subprocess.check_output" "os.system")
 (#in-async? @finding))
