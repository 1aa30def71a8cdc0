import type { KnownAnswer } from './known-answer.js';

/** A request without an upgrade also looks like this to a server that got one for another protocol. */
const missingUpgrade: Pick<KnownAnswer, 'code'> = { code: 'upgrade-stripped' };

/** Servers and libraries that say that the upgrade did not arrive. */
const stripped: KnownAnswer[] = [
  {
    ...missingUpgrade,
    match: { phrase: /token not found in '(Connection|Upgrade)' header/i },
    who: 'gorilla/websocket',
    source: 'gorilla/websocket: server.go, Upgrader.Upgrade; the same in fasthttp/websocket',
  },
  {
    ...missingUpgrade,
    match: { status: [400, 426], headers: { 'sec-websocket-version': /(^|\D)13(\D|$)/ } },
    who: 'A WebSocket server',
    source: 'RFC 6455, section 4.4; gorilla/websocket: server.go, returnError',
    alternatives: ['origin-refused'],
  },
  {
    ...missingUpgrade,
    match: { phrase: /Can "?Upgrade"? only to "?WebSocket"?/i },
    who: 'A WebSocket server',
    source:
      'spring-framework: AbstractHandshakeHandler; tornado: websocket.py; vert.x: ServerWebSocketHandshaker; sockjs-node',
  },
  {
    ...missingUpgrade,
    match: { phrase: /"Connection"( header)? must (be|contain) "?Upgrade/i },
    who: 'A WebSocket server',
    source: 'spring-framework: AbstractHandshakeHandler; tornado: websocket.py; vert.x',
  },
  {
    ...missingUpgrade,
    match: {
      phrase:
        /(connection|upgrade)[`'"]? header ([`'"\w]+ )?(must|should|did not|does not|doesn't) (contain|include|be)\b/i,
    },
    who: 'A WebSocket server',
    source:
      'axum: extract/ws.rs; bandit and phoenix: websock_adapter, upgrade_validation.ex; coder/websocket: accept.go; deno: upgradeWebSocket',
  },
  {
    ...missingUpgrade,
    match: { phrase: /violation: (Connection|Upgrade) header .*does not contain/i },
    who: 'coder/websocket',
    source: 'coder/websocket (nhooyr.io/websocket): accept.go, verifyClientRequest',
  },
  {
    ...missingUpgrade,
    match: { phrase: /no upgrade state was present|WebSocket request couldn't be upgraded/i },
    who: 'axum',
    source: 'tokio-rs/axum: extract/ws.rs, ConnectionNotUpgradable',
  },
  {
    ...missingUpgrade,
    match: { phrase: /handshake error: bad "?(Upgrade|Connection)"? header/i },
    who: 'gobwas/ws',
    source: 'gobwas/ws: errors.go',
  },
  {
    ...missingUpgrade,
    match: { phrase: /^not websocket protocol/i },
    who: 'golang.org/x/net/websocket',
    source: 'golang/net: websocket/websocket.go, ErrNotWebSocket',
  },
  {
    ...missingUpgrade,
    match: {
      phrase:
        /Failed to open a WebSocket connection: (invalid|missing|empty)[\w ]* (Connection|Upgrade) header/i,
    },
    who: 'websockets (Python)',
    source: 'python-websockets/websockets: server.py',
  },
  {
    ...missingUpgrade,
    match: { phrase: /No (WebSocket UPGRADE hdr|CONNECTION upgrade hdr)/i },
    who: 'aiohttp',
    source: 'aio-libs/aiohttp: web_ws.py',
  },
  {
    ...missingUpgrade,
    match: { phrase: /No WebSocket Upgrade header found|No Connection upgrade\b/i },
    who: 'Actix',
    source: 'actix/actix-web: actix-http/src/ws/mod.rs, HandshakeError',
  },
  {
    ...missingUpgrade,
    match: { phrase: /(missing|invalid) request header "(upgrade|connection)"/i },
    who: 'warp',
    source: 'seanmonstar/warp: reject.rs',
  },
  {
    ...missingUpgrade,
    match: {
      phrase:
        /I am not (a )?Web server, but a WebSocket Endpoint|HTTP (Upgrade|Connection) header (missing|does not include)/i,
    },
    who: 'Autobahn',
    source: 'crossbario/autobahn-python: websocket/protocol.py',
  },
  {
    ...missingUpgrade,
    match: {
      phrase:
        /not a websocket (handshake )?(request|upgrade)|not a valid websocket request|websocket (upgrade|handshake|requests?) (is )?(required|expected|only)|(expected|requires?|needs?) (a )?websocket|no upgrade arrived/i,
      status: [400, 403, 404, 405, 426, 500, 501],
    },
    who: 'A WebSocket server',
    source:
      'netty: WebSocketServerHandshaker; akka-http and pekko-http: documentation, WebSocket support; fastwebsockets',
  },
  {
    ...missingUpgrade,
    match: {
      phrase:
        /You cannot access a WebSocket server directly with a browser|(Invalid|Missing|Bad)( or missing)? Upgrade header|Missing or invalid Sec-WebSocket-Key|Sec-WebSocket-Key (header )?(is )?(missing|not found|must)|(missing|empty|no)( or empty)? sec-websocket-key/i,
    },
    who: 'A WebSocket server',
    source:
      'websockets/ws: websocket-server.js; wsproto; workerman: Protocols/Websocket.php; coder/websocket: accept.go',
  },
  {
    ...missingUpgrade,
    match: { status: 400, phrase: /^\s*Connection ID required/i },
    who: 'SignalR',
    source: 'dotnet/aspnetcore: HttpConnectionDispatcher.cs',
  },
  {
    ...missingUpgrade,
    match: { status: 400, phrase: /"code":3,"message":"Bad request"/ },
    who: 'Socket.IO',
    source: 'socketio/socket.io: packages/engine.io/lib/server.ts, BAD_REQUEST',
    alternatives: ['upgrade-ignored'],
  },
  {
    ...missingUpgrade,
    match: { status: 505, phrase: /HTTP\/1\.1/ },
    source: 'the generated service: handshake.ts',
    cause: 'A proxy on the way speaks HTTP/1.0 to the service, which has no upgrade.',
  },
];

/** Servers that answer handshakes for other origins in their own words. */
const origins: KnownAnswer[] = [
  {
    match: {
      status: [400, 401, 403],
      phrase:
        /not listed in DOMAINS|origin (header )?(["'\w:/.-]+ )?(is )?(not|isn't|un)[ -]?(allowed|authorized|permitted|accepted|trusted|valid|in the)|(origin|CORS)\b[^.]{0,40}\b(denied|forbidden|refused|rejected|blocked|mismatch)|(invalid|bad|disallowed|unauthorized|unknown|untrusted|forbidden|wrong) origin|(invalid|missing) Origin header|cross[- ]origin (websockets?|requests?)?[^.]{0,20}(not allowed|blocked|denied|forbidden)|not allowed by CORS|Invalid CORS request|Blocking Cross Origin/i,
    },
    code: 'origin-refused',
    source:
      'coder/websocket: accept.go; tornado: websocket.py; spring-web: DefaultCorsProcessor; websockets: server.py; jupyter_server: handlers.py; the generated service',
  },
  {
    match: { status: 403, headers: { 'sec-websocket-version': /13/ } },
    code: 'origin-refused',
    who: 'gorilla/websocket',
    source: 'gorilla/websocket: server.go, Upgrader.CheckOrigin',
    alternatives: ['forbidden'],
  },
  {
    match: { status: 403, phrase: /"code":4,"message":"Forbidden"/ },
    code: 'origin-refused',
    who: 'Socket.IO',
    source: 'socketio/socket.io: packages/engine.io/lib/server.ts, FORBIDDEN (allowRequest)',
    alternatives: ['forbidden', 'unauthorized'],
  },
  {
    match: {
      status: 404,
      headers: { 'content-type': /text\/plain/ },
      phrase: /^\s*Page not found\s*$/,
    },
    code: 'origin-refused',
    who: 'Action Cable',
    source:
      'rails/rails: actioncable/lib/action_cable/connection/base.rb, respond_to_invalid_request',
    cause: 'Action Cable refuses the handshake: by its origin, or because no upgrade arrived.',
    fix: 'Add the page to config.action_cable.allowed_request_origins, and make each proxy forward the upgrade.',
    alternatives: ['upgrade-stripped', 'wrong-path'],
  },
];

const credentials: KnownAnswer[] = [
  {
    match: { status: 401, headers: { 'www-authenticate': /./ } },
    code: 'unauthorized',
    source: 'RFC 9110, section 11.6.1',
  },
  {
    match: {
      status: [400, 401, 402, 403, 422, 428],
      phrase:
        /(missing|invalid|expired|bad|no|malformed|required?|wrong)\W{1,3}((or|and) (invalid|expired|missing) )?((access|auth(entication|orization)?|api|bearer|session|csrf|id|security|jwt|app)[ _-]?)*(token|key\b(?! header)|jwt|credentials?|ticket|session|cookie|signature)|(token|jwt|credentials?|api[ _-]?key|ticket|session|signature)\b[^.]{0,24}\b(required|missing|invalid|expired|not (found|provided|valid)|wrong|incorrect)|(authentication|authorization|login|log in|sign in) (is )?(required|needed|failed)|(not|un)[ -]?authenticated|must be logged in|please (log|sign) in|access token/i,
    },
    code: 'unauthorized',
    source: 'phrases of Express, FastAPI, Django REST framework, Spring Security and others',
    alternatives: ['forbidden'],
  },
  {
    match: { status: 407 },
    code: 'unauthorized',
    who: 'A proxy',
    source: 'RFC 9110, section 15.5.8',
    cause: 'A proxy between this machine and the server requires credentials.',
    fix: 'Connect without that proxy, or log in to it.',
  },
];

const subprotocols: KnownAnswer[] = [
  {
    match: {
      status: [400, 401, 403, 406, 412, 415, 426],
      phrase: /sub-?protocol|Sec-WebSocket-Protocol/i,
    },
    code: 'subprotocol',
    source:
      'enisdenjo/graphql-ws: use/ws.ts; websockets: server.py, NegotiationError; OCPP-J 1.6, section 3.1.2; MQTT 5.0, section 6',
    alternatives: ['wrong-path'],
  },
];

/** Servers that have something else at the path, or nothing. */
const paths: KnownAnswer[] = [
  {
    match: {
      phrase: /Transport unknown|Bad handshake method|Unsupported protocol version/,
      status: 400,
    },
    code: 'wrong-path',
    who: 'Socket.IO',
    source: 'socketio/socket.io: packages/engine.io/lib/server.ts, UNKNOWN_TRANSPORT',
    cause: 'A Socket.IO server answers, but the URL is not its socket URL.',
    fix: 'Use the Socket.IO client, or its URL: /socket.io/?EIO=4&transport=websocket.',
  },
  {
    match: { status: 400, phrase: /Session ID unknown/ },
    code: 'wrong-path',
    who: 'Socket.IO',
    source:
      'socketio/socket.io: packages/engine.io/lib/server.ts, UNKNOWN_SID; documentation, Using multiple nodes',
    cause: 'Socket.IO does not know the session in the URL.',
    fix: 'Remove sid from the URL. With several instances, turn on sticky sessions in the load balancer.',
  },
  {
    match: { status: 200, phrase: /Welcome to SockJS!/ },
    code: 'wrong-path',
    who: 'SockJS',
    source: 'sockjs/sockjs-protocol: section Greeting url; section Raw WebSocket',
    cause: 'A SockJS server answers, and its raw WebSocket has another path.',
    fix: 'Use {path}/websocket, or the SockJS client.',
  },
  {
    match: {
      status: [400, 404, 405],
      phrase:
        /must provide (a )?query string|GraphQL (operations|queries) must contain|blocked as a potential Cross-Site Request Forgery|GET query missing|query (string )?(is )?missing/i,
    },
    code: 'not-a-websocket-route',
    who: 'A GraphQL server',
    source: 'apollo-server: runHttpQuery.ts and preventCsrf.ts; express-graphql; graphql-yoga',
    fix: 'Serve graphql-ws at this path, or use the path at which it is. Its clients offer the subprotocol graphql-transport-ws.',
    alternatives: ['upgrade-stripped', 'wrong-path'],
  },
  {
    match: { status: 404, phrase: /Route GET:\S* not found/ },
    code: 'wrong-path',
    who: 'Fastify',
    source: 'fastify/fastify: lib/fourOhFour.js',
    // Without a proxy, a route of @fastify/websocket would have received the upgrade.
    throughProxy: ['upgrade-stripped'],
  },
  {
    match: { status: 404, phrase: /No Connection with that ID/ },
    code: 'wrong-path',
    who: 'SignalR',
    source: 'dotnet/aspnetcore: HttpConnectionDispatcher.cs',
    cause: 'SignalR does not know the connection in the URL.',
    fix: 'Remove id from the URL. With several instances, turn on sticky sessions in the load balancer.',
  },
  {
    match: { status: 404, phrase: /^\s*\{"detail":"Not Found"\}\s*$/ },
    code: 'upgrade-stripped',
    who: 'FastAPI',
    source:
      'encode/starlette: routing.py, Router.not_found (a WebSocket gets 403); encode/uvicorn: documentation, Installation',
    cause:
      'FastAPI treats the handshake as a plain request: no upgrade arrived, or uvicorn has no WebSocket library.',
    alternatives: ['upgrade-ignored', 'wrong-path'],
  },
  {
    match: { phrase: /Unsupported upgrade request|No supported WebSocket library detected/ },
    code: 'upgrade-ignored',
    who: 'uvicorn',
    source: 'encode/uvicorn: protocols/http/h11_impl.py',
    cause: 'uvicorn has no WebSocket library.',
    fix: "Run pip install 'uvicorn[standard]' and restart it.",
  },
  {
    match: { status: 403, headers: { server: /uvicorn|hypercorn|daphne|granian/i } },
    code: 'forbidden',
    who: 'The application',
    source:
      'ASGI specification, WebSocket close before accept; encode/starlette: routing.py, Router.not_found',
    cause:
      'The application closes the socket before it accepts it: so answers a path without a WebSocket route, too.',
    fix: 'Check the path, then the origins and credentials that the route checks.',
    alternatives: ['wrong-path', 'origin-refused', 'unauthorized'],
  },
  {
    match: { status: 403, phrase: /Access denied/i, headers: { server: /autobahn|daphne|^$/i } },
    code: 'forbidden',
    who: 'Django Channels',
    source: 'django/daphne: ws_protocol.py, serverReject; channels: security/websocket.py',
    fix: "Add the page's host to ALLOWED_HOSTS (AllowedHostsOriginValidator), and check the route.",
    alternatives: ['origin-refused', 'unauthorized', 'wrong-path'],
  },
  {
    match: {
      status: 500,
      phrase: /No route found for path|No application configured for scope type/,
    },
    code: 'wrong-path',
    who: 'Django Channels',
    source: 'django/channels: routing.py, URLRouter and ProtocolTypeRouter',
  },
  {
    match: {
      status: 404,
      phrase: /Using the URLconf defined in|The requested resource was not found on this server\./,
    },
    code: 'wrong-path',
    who: 'Django',
    source: 'django/django: views/defaults.py and views/debug.py',
    cause: 'Django treats the handshake as a plain request and has no page at {path}.',
    fix: 'Run it with an ASGI server (daphne or uvicorn), and add the path to websocket_urlpatterns.',
    alternatives: ['upgrade-ignored', 'upgrade-stripped'],
  },
  {
    match: { status: 404, phrase: /Cannot GET \// },
    code: 'wrong-path',
    who: 'Express',
    source: 'pillarjs/finalhandler: index.js',
    alternatives: ['upgrade-ignored', 'upgrade-stripped'],
  },
  {
    match: {
      status: [404, 405],
      phrase:
        /HTTP method GET is not supported by this URL|Request method 'GET' (is )?not supported/i,
    },
    code: 'not-a-websocket-route',
    who: 'A Java server',
    source:
      'jakarta.servlet: HttpServlet.doGet; spring-webmvc: HttpRequestMethodNotSupportedException',
    alternatives: ['upgrade-stripped'],
  },
  {
    match: {
      status: 404,
      phrase:
        /The requested resource \[.*\] is not available|HTTP ERROR 404 Not Found|Whitelabel Error Page|"path":"\/[^"]*","?.*"?"status":404|No static resource/i,
    },
    code: 'wrong-path',
    who: 'A Java server',
    source: 'apache/tomcat: DefaultServlet; jetty: ErrorHandler; spring-boot: BasicErrorController',
    alternatives: ['upgrade-stripped'],
  },
];

const failures: KnownAnswer[] = [
  {
    match: { status: [500, 501], phrase: /does not implement http\.Hijacker|hijack/i },
    code: 'server-error',
    who: 'A Go server',
    source: 'gorilla/websocket: server.go; coder/websocket: accept.go',
    cause: 'A middleware of the server hides the connection from the WebSocket library.',
    fix: 'Take the WebSocket route out of middleware that wraps the ResponseWriter, or make the wrapper implement http.Hijacker.',
  },
  {
    match: {
      status: 500,
      phrase:
        /"statusCode":500,.*"error":"Internal Server Error"|"error":"Internal Server Error".*"statusCode":500/,
    },
    code: 'server-error',
    who: 'Fastify',
    source: 'fastify/fastify: lib/error-handler.js',
  },
  {
    match: { status: 500, phrase: /Failed to open a WebSocket connection/ },
    code: 'server-error',
    who: 'websockets (Python)',
    source: 'python-websockets/websockets: server.py',
  },
];

const notHttp: Omit<KnownAnswer, 'match' | 'source'> = {
  code: 'proxy-upstream-scheme',
  cause:
    'The server received a request that is not HTTP: something precedes it, such as a line of the PROXY protocol.',
  fix: 'Turn off the PROXY protocol in the proxy (HAProxy: send-proxy; stunnel: protocol = proxy; hitch: write-proxy), or turn it on in the server.',
  alternatives: ['wrong-path', 'not-a-websocket-server'],
};

/** Answers to a request that is not the one that doctor sent. */
const mangled: KnownAnswer[] = [
  {
    match: { status: 400, phrase: /"message":"Client Error"/ },
    ...notHttp,
    who: 'Fastify',
    source: 'fastify/fastify: fastify.js, defaultClientErrorHandler',
  },
  {
    match: {
      status: 400,
      empty: true,
      headers: { connection: /^close$/i, date: /^$/, server: /^$/, 'content-type': /^$/ },
    },
    ...notHttp,
    who: 'Node.js',
    source: 'nodejs/node: lib/_http_server.js, badRequestResponse',
  },
  {
    match: {
      status: 400,
      phrase:
        /Invalid HTTP request received|malformed (HTTP )?(request|version)|Bad Message 400|Invalid (request line|method|character found in (the )?(HTTP|method))|Illegal character|Invalid HTTP[- ]version|Bad request (version|syntax)|Your browser sent (a request that this server could not understand|an invalid request)|Unsupported HTTP version|^\s*400 Bad Request\s*$/i,
    },
    ...notHttp,
    source:
      'uvicorn: h11_impl.py; golang/go: net/http/server.go; jetty: HttpParser; tomcat: Http11InputBuffer; cpython: http/server.py; httpd: http_protocol.c; haproxy: http.c',
  },
];

/** Known answers of servers and libraries. Earlier rows win. */
export const serverAnswers: KnownAnswer[] = [
  origins,
  subprotocols,
  stripped,
  paths,
  credentials,
  failures,
  mangled,
].flat();
