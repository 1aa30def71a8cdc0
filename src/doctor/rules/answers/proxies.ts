import type { KnownAnswer } from './known-answer.js';

const fromServer = { alternatives: ['server-error'] };
const orScheme = { alternatives: ['proxy-upstream-scheme', 'server-error'] };

/** Proxies that say that their upstream does not answer. */
const down: KnownAnswer[] = [
  {
    match: { status: 503, phrase: /No server is available to handle this request/ },
    code: 'proxy-upstream-down',
    who: 'HAProxy',
    source: 'haproxy/haproxy: src/http.c, HTTP_ERR_503',
    fix: "Start the service, and compare its address and port with the server's line. Remove `proto h2` there if the service only speaks HTTP/1.1.",
    ...orScheme,
  },
  {
    match: { status: 502, phrase: /The server returned an invalid or incomplete response/ },
    code: 'proxy-upstream-scheme',
    who: 'HAProxy',
    source: 'haproxy/haproxy: src/http.c, HTTP_ERR_502',
    alternatives: ['proxy-upstream-down'],
  },
  {
    match: { status: 504, phrase: /The server didn't respond in time/ },
    code: 'proxy-upstream-down',
    who: 'HAProxy',
    source: 'haproxy/haproxy: src/http.c, HTTP_ERR_504',
    ...fromServer,
  },
  {
    match: { status: 503, phrase: /^\s*no available server/i },
    code: 'proxy-upstream-down',
    who: 'Traefik',
    source: 'traefik/traefik: pkg/server/service/loadbalancer/wrr.go, ErrNoAvailableServer',
  },
  {
    match: {
      status: 503,
      phrase:
        /no healthy upstream|(reset reason|failure reason): (remote |local )?connection failure(?!.*TLS)|connection timeout|cluster_not_found/i,
    },
    code: 'proxy-upstream-down',
    who: 'Envoy',
    source: 'envoyproxy/envoy: source/common/router/router.cc',
  },
  {
    match: {
      status: [502, 503],
      phrase: /upstream connect error or disconnect\/reset before headers/,
    },
    code: 'proxy-upstream-scheme',
    who: 'Envoy',
    source: 'envoyproxy/envoy: source/common/router/router.cc; documentation, Response flags',
    alternatives: ['proxy-upstream-down', 'server-error'],
  },
  {
    match: { status: 504, phrase: /upstream request timeout/ },
    code: 'proxy-upstream-down',
    who: 'Envoy',
    source: 'envoyproxy/envoy: source/common/router/router.cc',
    ...fromServer,
  },
  {
    match: {
      status: 503,
      phrase: /Backend fetch failed|Guru Meditation|No backends? (available|connection)/i,
    },
    code: 'proxy-upstream-down',
    who: 'Varnish',
    source: 'varnishcache/varnish-cache: bin/varnishd/builtin.vcl, vcl_backend_error',
    ...orScheme,
  },
  {
    match: {
      headers: {
        'x-squid-error':
          /ERR_(CONNECT_FAIL|DNS_FAIL|CANNOT_FORWARD|READ_TIMEOUT|ZERO_SIZE|READ_ERROR|INVALID_RESP|SECURE_CONNECT)/,
      },
    },
    code: 'proxy-upstream-down',
    who: 'Squid',
    source: 'squid-cache/squid: src/err_type.h',
    ...orScheme,
  },
  {
    match: { status: [502, 503], phrase: /maintenance downtime or capacity problems/i },
    code: 'proxy-upstream-down',
    source: 'apache/httpd: modules/http/http_protocol.c, HTTP_SERVICE_UNAVAILABLE',
    ...fromServer,
  },
  {
    match: {
      status: 502,
      phrase: /Error reading from remote server|invalid response from an upstream server/i,
    },
    code: 'proxy-upstream-scheme',
    source: 'apache/httpd: modules/proxy/mod_proxy_http.c; modules/http/http_protocol.c',
    alternatives: ['proxy-upstream-down'],
  },
  {
    match: { status: 503, headers: { server: /lighttpd/i } },
    code: 'proxy-upstream-down',
    source: 'lighttpd/lighttpd1.4: src/gw_backend.c',
    ...fromServer,
  },
  {
    match: { status: [502, 503], headers: { server: /^h2o/i } },
    code: 'proxy-upstream-down',
    source: 'h2o/h2o: lib/core/proxy.c',
    ...orScheme,
  },
  {
    match: {
      status: [502, 503],
      phrase:
        /failure to get a peer from the ring-balancer|name resolution failed|invalid response was received from the upstream server|upstream server is (currently unavailable|timing out)/i,
    },
    code: 'proxy-upstream-down',
    who: 'Kong',
    source: 'Kong/kong: kong/runloop/handler.lua; kong/error_handlers.lua',
    ...orScheme,
  },
  {
    match: {
      status: 503,
      headers: { server: /nginx|openresty|tengine/i },
      phrase: /503 Service (Temporarily )?Unavailable/,
    },
    code: 'proxy-upstream-down',
    source: 'nginx/nginx: ngx_http_special_response.c; kubernetes/ingress-nginx: no endpoints',
    cause: 'nginx answers with 503: it has no upstream to use, or one of its limits is reached.',
    fix: 'Start the service. In Kubernetes, look for endpoints of the Service. Otherwise look for limit_req and limit_conn.',
    alternatives: ['too-many-requests', 'server-error'],
  },
  {
    match: { status: 503, phrase: /HTTP Error 503\. The service is unavailable/i },
    code: 'proxy-upstream-down',
    who: 'IIS',
    source: 'Microsoft: documentation, HTTP.sys and application pools',
    fix: 'Start the application pool of the site, and look at the event log for why it stopped.',
  },
  {
    match: {
      status: [500, 504, 502],
      phrase: /Error occurred while trying to proxy|Proxy error: Could not proxy request/i,
    },
    code: 'proxy-upstream-down',
    who: 'A development server',
    source:
      'chimurai/http-proxy-middleware: error-response-plugin.ts; react-dev-utils: WebpackDevServerUtils.js',
    fix: "Start the service, and compare its address and port with `target` in the development server's proxy.",
    alternatives: ['proxy-upstream-scheme'],
  },
];

const unknownHost: Pick<KnownAnswer, 'code'> = { code: 'proxy-unknown-host' };

/** Proxies and servers that have no site with the name in the URL. */
const hosts: KnownAnswer[] = [
  {
    ...unknownHost,
    match: { phrase: /Blocked request\. This host|server\.allowedHosts|preview\.allowedHosts/ },
    who: 'Vite',
    source: 'vitejs/vite: packages/vite/src/node/server/middlewares/hostCheck.ts',
    cause: 'Vite does not accept the host name {host}.',
    fix: "In vite.config, set server: { allowedHosts: ['{host}'] }.",
  },
  {
    ...unknownHost,
    match: { phrase: /^\s*Invalid Host(\/Origin)? header/ },
    who: 'webpack-dev-server',
    source: 'webpack/webpack-dev-server: lib/Server.js',
    cause: 'The server does not accept the host name {host}.',
    fix: "Add it to the allowed hosts. In webpack.config, set devServer: { allowedHosts: ['{host}'] }.",
  },
  {
    ...unknownHost,
    match: { phrase: /^\s*Invalid host header\s*$/ },
    who: 'Starlette',
    source: 'encode/starlette: middleware/trustedhost.py',
    cause: 'Starlette does not accept the host name {host}.',
    fix: 'Add {host} to allowed_hosts of TrustedHostMiddleware.',
  },
  {
    ...unknownHost,
    match: { status: 400, phrase: /Invalid HTTP_HOST header|DisallowedHost/ },
    who: 'Django',
    source: 'django/django: http/request.py, get_host',
    cause: 'Django does not accept the host name {host}.',
    fix: 'Add {host} to ALLOWED_HOSTS, or make the proxy forward the right Host header.',
  },
  {
    ...unknownHost,
    match: { status: 403, phrase: /Blocked hosts?:/ },
    who: 'Rails',
    source: 'rails/rails: actionpack/lib/action_dispatch/middleware/host_authorization.rb',
    cause: 'Rails does not accept the host name {host}.',
    fix: "Add it in the environment's configuration: config.hosts << '{host}'.",
  },
  {
    ...unknownHost,
    match: { status: 400, phrase: /Invalid Hostname|The request hostname is invalid/ },
    who: 'IIS or Kestrel',
    source: 'dotnet/aspnetcore: HostFilteringMiddleware.cs; Microsoft: documentation, HTTP.sys',
    fix: 'Add {host} to AllowedHosts in appsettings.json, or to the bindings of the site.',
  },
  {
    ...unknownHost,
    match: { headers: { 'x-squid-error': /ERR_INVALID_URL/ } },
    who: 'Squid',
    source: 'squid-cache/squid: src/err_type.h; documentation, http_port, accel',
    cause: 'Squid does not know for which site the request is.',
    fix: 'In Squid, write defaultsite={host} after accel in http_port or https_port.',
    alternatives: ['upgrade-stripped'],
  },
  {
    ...unknownHost,
    match: { status: 421 },
    source: 'RFC 9110, section 15.5.20',
  },
  {
    ...unknownHost,
    match: {
      phrase:
        /default backend\s*-\s*404|response 404 \(backend NotFound\)|service rules for( the)? path non-?existent/i,
    },
    who: 'The ingress controller',
    source: 'kubernetes/ingress-nginx and ingress-gce: documentation, Default backend',
    cause:
      'The ingress controller has no rule for {host}{path}, and answers with its default backend.',
    fix: 'Compare the host and the path in the Ingress with the URL, and its ingressClassName with the controller.',
    alternatives: ['wrong-path'],
  },
  {
    ...unknownHost,
    match: { status: 404, phrase: /no Route matched with those values|404 Route Not Found/i },
    who: 'The API gateway',
    source: 'Kong/kong: kong/runloop/handler.lua; apache/apisix: apisix/init.lua',
    fix: 'Add a route for {host} and {path}, or use one that exists.',
    alternatives: ['wrong-path'],
  },
  {
    ...unknownHost,
    match: { status: 404, phrase: /^\s*404 page not found\s*$/i },
    who: 'Traefik, or another server in Go,',
    source: 'traefik/traefik: documentation, Routers; golang/go: net/http, NotFound',
    cause:
      'Traefik has no router for {host}{path}; another server in Go may have nothing at the path.',
    fix: 'Compare the rule, the entry point and tls of the router with the URL. Otherwise check the path.',
    alternatives: ['wrong-path', 'upgrade-stripped'],
  },
  {
    ...unknownHost,
    match: { status: 200, headers: { server: /caddy/i }, empty: true },
    source: 'Caddy: documentation, Common Caddyfile patterns; caddyserver/caddy: server.go',
    cause: 'Caddy has no site for {host}, or the site has nothing at {path}.',
    fix: 'Compare the addresses of the sites in the Caddyfile with {host}, and the path with its matchers.',
    alternatives: ['wrong-path', 'upgrade-ignored'],
  },
  {
    ...unknownHost,
    match: {
      status: [200, 403, 404],
      phrase:
        /Welcome to (nginx|OpenResty|CentOS|tengine)|successfully started the Nginx Proxy Manager|Apache2? .*Default Page|^\s*It works!\s*$|Placeholder page|IIS Windows( Server)?\b|Congratulations! Your web server is working/i,
    },
    source: 'nginx, httpd, Caddy, IIS: default pages of their packages',
    alternatives: ['upgrade-ignored'],
  },
];

/** Answers of proxies about the request itself. */
const requests: KnownAnswer[] = [
  {
    match: {
      status: [400, 413, 414, 431, 494],
      phrase:
        /Request Header Or Cookie Too Large|header fields? too large|headers? too (large|big|long)|Request-URI Too (Large|Long)|size of a request header field exceeds|maximum allowed HTTP header size/i,
    },
    code: 'headers-too-large',
    source:
      'nginx/nginx: ngx_http_special_response.c; apache/httpd; nodejs/node: lib/_http_server.js',
  },
  {
    match: { status: [431, 494, 413, 414] },
    code: 'headers-too-large',
    source: 'RFC 6585, section 5; nginx: documentation, large_client_header_buffers (494)',
  },
  {
    match: { status: 403, headers: { server: /envoy/i }, empty: true },
    code: 'upgrade-stripped',
    who: 'Envoy',
    source: 'envoyproxy/envoy: source/common/http/conn_manager_impl.cc, UpgradeFailed',
    cause: 'Envoy refuses the upgrade: its route does not allow WebSocket.',
    alternatives: ['forbidden'],
  },
  {
    match: { status: 403, phrase: /RBAC: access denied/ },
    code: 'forbidden',
    who: 'Envoy',
    source: 'envoyproxy/envoy: source/extensions/filters/http/rbac/rbac_filter.cc',
    cause: 'A policy of Envoy or Istio refuses the handshake.',
    fix: 'Look for an AuthorizationPolicy or an RBAC filter that covers {path}.',
  },
  {
    match: { status: 404, headers: { server: /envoy/i }, empty: true },
    code: 'wrong-path',
    who: 'Envoy',
    source: 'envoyproxy/envoy: source/common/router/router.cc, route_not_found',
    cause: 'Envoy has no route for {host}{path}.',
    fix: 'Compare the domains of the virtual host, and the matches of its routes, with the URL.',
    alternatives: ['proxy-unknown-host', 'upgrade-stripped'],
  },
  {
    match: { status: 403, phrase: /Request forbidden by administrative rules/ },
    code: 'forbidden',
    who: 'HAProxy',
    source: 'haproxy/haproxy: src/http.c, HTTP_ERR_403',
    cause: 'A rule of HAProxy refuses the handshake.',
    fix: 'Look for http-request deny in its configuration, and for the condition that this request meets.',
  },
  {
    match: { status: 429, phrase: /You have sent too many requests in a given amount of time/ },
    code: 'too-many-requests',
    who: 'HAProxy',
    source: 'haproxy/haproxy: src/http.c, HTTP_ERR_429',
  },
  {
    match: { headers: { 'x-squid-error': /ERR_ACCESS_DENIED/ } },
    code: 'forbidden',
    who: 'Squid',
    source: 'squid-cache/squid: src/err_type.h',
    cause: 'A rule of Squid refuses the handshake.',
    fix: 'Look at http_access in its configuration.',
  },
  {
    match: { status: 500, phrase: /internal error or misconfiguration/i },
    code: 'server-error',
    source: 'apache/httpd: modules/proxy/mod_proxy.c, No protocol handler was valid for the URL',
    cause: 'Apache fails to handle the handshake.',
    fix: 'Enable mod_proxy_wstunnel for ws:// in ProxyPass: a2enmod proxy_wstunnel. Otherwise look at its error log.',
    alternatives: ['proxy-upstream-down'],
  },
  {
    match: {
      status: 403,
      headers: { server: /nginx|openresty/i },
      phrase: /403 Forbidden.*nginx|403 Forbidden.*openresty/is,
    },
    code: 'forbidden',
    source: 'nginx/nginx: ngx_http_special_response.c; documentation, ngx_http_access_module',
    cause: 'nginx itself refuses the handshake, by a rule or because it has no site for {host}.',
    fix: 'Look for deny, auth_request and return 403 in the location, and at server_name.',
    alternatives: ['proxy-unknown-host', 'wrong-path'],
  },
  {
    match: {
      status: 404,
      headers: { server: /nginx|openresty/i },
      phrase: /404 Not Found.*(nginx|openresty)/is,
    },
    code: 'wrong-path',
    source: 'nginx/nginx: ngx_http_special_response.c',
    cause:
      'nginx itself answers, not the service: it has no location with proxy_pass for {host}{path}.',
    fix: 'Compare the locations with the path, and server_name with the host name.',
    alternatives: ['proxy-unknown-host', 'upgrade-stripped'],
  },
  {
    match: { status: 404, phrase: /The requested URL (\S+ )?was not found on this server/ },
    code: 'wrong-path',
    source: 'apache/httpd: modules/http/http_protocol.c',
    fix: 'Compare the path with ProxyPass and its order, and ServerName with the host name.',
    alternatives: ['proxy-unknown-host', 'upgrade-stripped'],
  },
];

export const proxyAnswers: KnownAnswer[] = [hosts, down, requests].flat();
