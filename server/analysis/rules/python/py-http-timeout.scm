;; id: py-http-timeout
;; finding: ERR-2
;; languages: python
;; severity: warning
;; same-as: S113 W3101 missing-timeout B113
;; title: HTTP call without a timeout
;; message: {{@call}}() has no timeout: it waits for ever when the other side hangs.
;; model: Add timeout and retry
;; literals: requests urlopen httpx
;; note:
;; requests and urllib wait without end unless they are told not to, and one
;; upstream that hangs then takes all workers with it. Pass `timeout=` (seconds;
;; connect and read may be given apart). httpx has a default of five seconds:
;; there only `timeout=None` is reported. Calls of the same machine are not reported, nor programs for the
;; command line: whoever waits for those can end them.
;; end
;; match:
;; import requests
;; r = requests.get(url, headers=headers)
;; end
;; match:
;; import requests as rq
;; from urllib.request import urlopen
;; body = urlopen(url).read()
;; end
;; match:
;; import urllib.request
;; body = urllib.request.urlopen(req)
;; end
;; match:
;; import requests
;; session = requests.Session()
;; def load(url):
;;     return session.post(url, json={})
;; end
;; match:
;; import httpx
;; httpx.get(url, timeout=None)
;; end
;; no-match:
;; import requests
;; requests.get(url, timeout=3)
;; requests.get(url, **options)
;; requests.codes.get(200)
;; end
;; no-match:
;; import httpx
;; httpx.get(url)
;; end
;; no-match:
;; import requests
;; tags = requests.post("http://localhost:8011/tags", json=photo).json()
;; alive = requests.get(f"http://127.0.0.1:{port}/health").ok
;; end
;; no-match:
;; import requests, socket
;; socket.setdefaulttimeout(10)
;; requests.get(url)
;; end
;; no-match:
;; import requests
;; cache = {}
;; cache.get(url)
;; end
;; no-match:
;; import sys
;; import requests
;; print(requests.get(sys.argv[1]).text)
;; end

((call
  function: (_
    object: (identifier) @_module
    attribute: (identifier) @_verb) @call @finding
  arguments: (argument_list) @_arguments)
 (#eq? @_module "requests")
 (#any-of? @_verb "get" "post" "put" "patch" "delete" "head" "options" "request")
 (#file-has? "import requests")
 (#not-has-keyword? @_arguments "timeout")
 (#not-match? @_arguments "^\\([^,]*//(localhost|127\\.0\\.0\\.1|\\[::1\\])")
 (#not-command-line?)
 (#not-file-has? "setdefaulttimeout("))

((call
  function: (_
    object: [(identifier) @_session (_ attribute: (identifier) @_session)]
    attribute: (identifier) @_verb) @call @finding
  arguments: (argument_list) @_arguments)
 (#name-word? @_session "session")
 (#file-has? "requests.Session(" "requests.session(")
 (#any-of? @_verb "get" "post" "put" "patch" "delete" "head" "options" "request")
 (#not-has-keyword? @_arguments "timeout")
 (#not-match? @_arguments "^\\([^,]*//(localhost|127\\.0\\.0\\.1|\\[::1\\])")
 (#not-command-line?)
 (#not-file-has? "setdefaulttimeout("))

((call
  function: (identifier) @call @finding
  arguments: (argument_list) @_arguments)
 (#eq? @call "urlopen")
 (#imports? "urllib")
 (#not-has-keyword? @_arguments "timeout")
 (#not-match? @_arguments "^\\([^,]*//(localhost|127\\.0\\.0\\.1|\\[::1\\])")
 (#not-command-line?)
 (#not-file-has? "setdefaulttimeout(")
 (#arguments? @_arguments "1" "2"))

((call
  function: (attribute) @call @finding
  arguments: (argument_list) @_arguments)
 (#any-of? @call "urllib.request.urlopen" "request.urlopen" "urllib2.urlopen")
 (#not-has-keyword? @_arguments "timeout")
 (#not-match? @_arguments "^\\([^,]*//(localhost|127\\.0\\.0\\.1|\\[::1\\])")
 (#not-command-line?)
 (#not-file-has? "setdefaulttimeout(")
 (#arguments? @_arguments "1" "2"))

((call
  function: (_
    object: (identifier) @_module) @call @finding
  arguments: (_
    (_ name: (identifier) @_key value: (none))))
 (#eq? @_module "httpx")
 (#eq? @_key "timeout"))
