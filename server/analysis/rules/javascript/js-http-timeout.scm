;; id: js-http-timeout
;; finding: ERR-2
;; languages: javascript typescript tsx
;; severity: warning
;; title: HTTP call without a timeout
;; message: {{@call}}() has no timeout: it waits for minutes, or for ever, when the other side hangs.
;; model: Add timeout and retry
;; literals: axios got fetch
;; note:
;; axios waits without end by default, and so does got. Set `timeout` in the call,
;; or once in `axios.create({ timeout })`. The fetch of Node waits five minutes for an answer, and
;; five more for each part of it. fetch takes a signal:
;; `fetch(url, { signal: AbortSignal.timeout(5000) })`. For fetch only code that
;; runs on a server is reported, and only the fetch of the platform or of a known package:
;; the project's own may well have a timeout. Not reported in programs for the command line, and for
;; calls to this machine.
;; end
;; match: javascript server/load.js
;; import axios from 'axios';
;; const r = await axios.get(url, { headers });
;; end
;; match:
;; const axios = require('axios');
;; axios({ method: 'post', url, data });
;; end
;; no-match:
;; import axios, { parseAxiosError } from '../services/axios';
;; export const remove = (id) => axios.delete(buildUrl(id));
;; end
;; no-match: typescript packages/client-api/src/api/orders.ts
;; import axios from 'axios';
;; export const load = (id: string) => axios.get(Url.ORDER, { params: { id } });
;; end
;; no-match: javascript server/own.js
;; const axios = require('axios');
;; axios.get('/orders').then(print);
;; end
;; no-match: javascript server/broadcast.js
;; const own = require('own');
;; function broadcast(event) { void fetch(url, { method: 'PUT', keepalive: true }); }
;; end
;; no-match: javascript bin/sync.js
;; const axios = require('axios');
;; axios.get(url).then(print);
;; end
;; match:
;; import got from 'got';
;; const body = await got(url).json();
;; end
;; match:
;; import express from 'express';
;; async function load(id) {
;;   const res = await fetch(`${BASE}/users/${id}`);
;;   return res.json();
;; }
;; end
;; no-match:
;; import axios from 'axios';
;; await axios.get(url, { timeout: 5000 });
;; await axios.get(url, config);
;; await axios.get(url, { ...defaults });
;; await axios(requestConfig);
;; end
;; no-match:
;; import axios from 'axios';
;; axios.defaults.timeout = 3000;
;; await axios.get(url);
;; end
;; no-match:
;; import React from 'react';
;; const res = await fetch('/api/users');
;; end
;; no-match:
;; import express from 'express';
;; const res = await fetch(url, { signal: AbortSignal.timeout(5000) });
;; end
;; no-match:
;; import fetch, { type Response } from './fetch';
;; const res = await fetch(url);
;; end
;; no-match:
;; for (const { scheme, fetch } of schemes)
;;   fetch(new URL(url), { headers }, (res) => done(res));
;; end
;; match:
;; import fetch from 'node-fetch';
;; const res = await fetch(url);
;; end

((call_expression
  function: (_
    object: (identifier) @_module
    property: (property_identifier) @_verb) @call @finding
  arguments: (arguments) @_arguments)
 (#any-of? @_module "axios" "got")
 (#any-of? @_verb "get" "post" "put" "patch" "delete" "head" "request" "stream")
 (#imports? "axios" "got")
 (#not-bound? "axios" "axios")
 (#not-bound? "got" "got")
 (#not-match? @_arguments "^\\(\\s*[`'\"]/|localhost|127\\.0\\.0\\.1")
 (#not-command-line?)
 (#not-http-options? @_arguments "timeout" "signal")
 (#not-file-has? "defaults.timeout" "timeout:" "AbortController")
 (#server-file?)
 (#not-test-folder?))

((call_expression
  function: (identifier) @call @finding
  arguments: (arguments) @_arguments)
 (#any-of? @call "axios" "got")
 (#imports? "axios" "got")
 (#not-bound? "axios" "axios")
 (#not-bound? "got" "got")
 (#not-match? @_arguments "^\\(\\s*[`'\"]/|localhost|127\\.0\\.0\\.1")
 (#not-command-line?)
 (#not-http-options? @_arguments "timeout" "signal")
 (#not-file-has? "defaults.timeout" "timeout:" "AbortController")
 (#server-file?)
 (#not-test-folder?))

((call_expression
  function: (identifier) @call @finding
  arguments: (arguments) @_arguments)
 (#eq? @call "fetch")
 (#arguments? @_arguments "1" "2")
 (#not-declared? @call)
 (#not-has-option? @_arguments "signal" "timeout" "dispatcher")
 (#server-file?)
 (#not-test-folder?)
 (#not-inside? @finding "unary_expression")
 (#not-command-line?)
 (#not-match? @_arguments "^\\(\\s*[`'\"]/|localhost|127\\.0\\.0\\.1")
 (#not-bound? "fetch" "node-fetch" "cross-fetch" "isomorphic-fetch" "undici" "whatwg-fetch")
 (#not-file-has? "AbortController" "AbortSignal"))
