;; id: java-http-timeout
;; finding: ERR-2
;; languages: java
;; severity: warning
;; title: HTTP client without a timeout
;; message: {{@_what}} waits for ever when the other side hangs.
;; model: Add timeout and retry
;; literals: RestTemplate HttpClient SimpleClientHttpRequestFactory
;; note:
;; `new RestTemplate()` and `HttpClient.newHttpClient()` have no timeouts. Build them
;; with a connect and a read timeout (RestTemplateBuilder, a request factory,
;; `HttpRequest.Builder.timeout`).
;; end
;; match:
;; class A { RestTemplate t = new RestTemplate(); }
;; end
;; match:
;; class A { HttpClient c = HttpClient.newHttpClient(); }
;; end
;; no-match:
;; class A {
;;   RestTemplate t = builder.setConnectTimeout(TWO).setReadTimeout(TWO).build();
;;   RestTemplate u = new RestTemplate(factory);
;; }
;; end
;; no-match:
;; class A { List<HttpMessageConverter<?>> converters = new RestTemplate().getMessageConverters(); }
;; end
;; no-match:
;; class A {
;;   HttpClient c = HttpClient.newHttpClient();
;;   HttpRequest r = HttpRequest.newBuilder(uri).timeout(TWO).build();
;; }
;; end

((object_creation_expression
  type: (type_identifier) @_what
  arguments: (argument_list) @_arguments) @finding
 (#eq? @_what "RestTemplate")
 (#eq? @_arguments "()")
 (#not-file-has? "new RestTemplate().getMessageConverters" "setReadTimeout" "setConnectTimeout" "setRequestFactory" "readTimeout" "connectTimeout"))

((method_invocation
  object: (identifier) @_class
  name: (identifier) @_name) @finding @_what
 (#eq? @_class "HttpClient")
 (#eq? @_name "newHttpClient")
 (#not-file-has? ".timeout(" ".connectTimeout("))
