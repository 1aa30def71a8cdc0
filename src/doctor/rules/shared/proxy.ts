import type { Evidence, HttpAnswer } from '../../evidence.js';
import type { Advice } from '../../verdict.js';

/** For the location of nginx. */
const nginxUpgrade = [
  'proxy_http_version 1.1;',
  'proxy_set_header Upgrade $http_upgrade;',
  'proxy_set_header Connection "upgrade";',
];

/** A proxy, and what to write in its configuration. */
interface Proxy {
  name: string;
  /** The page of the documentation with the directives. */
  source: string;
  /** In the headers Server and Via. */
  known: RegExp;
  /** How it forwards an upgrade. */
  upgrade: Advice | string;
  /** It forwards upgrades unless its configuration prevents that. */
  forwards?: boolean;
  /** How it strips a prefix of the path, or keeps it. */
  prefix?: Advice;
  /** How it keeps idle sockets open. */
  idle?: string;
  /** How it takes large headers. */
  headers?: string;
}

const proxies: Proxy[] = [
  {
    name: 'nginx',
    source: 'nginx: documentation, WebSocket proxying; ngx_http_proxy_module',
    known: /nginx|openresty|tengine/i,
    upgrade: { fix: 'In nginx, add to the location:', lines: nginxUpgrade },
    prefix: {
      fix: 'In nginx, a slash at the end of proxy_pass strips the prefix. Without it, the service gets the whole path:',
      lines: ['location /chat/ { proxy_pass http://HOST:PORT/; }'],
    },
    idle: 'nginx: `proxy_read_timeout 3600s;`',
    headers: 'nginx: `large_client_header_buffers 4 32k;`',
  },
  {
    name: 'Apache',
    source: 'Apache: documentation, mod_proxy, Protocol Upgrade; core, Timeout',
    known: /apache(?!-coyote| tomcat)/i,
    upgrade: {
      fix: 'Before Apache 2.4.47, enable mod_proxy_wstunnel and use ws://HOST:PORT/live. In newer ones, add before other ProxyPass lines:',
      lines: ['ProxyPass /live http://HOST:PORT/live upgrade=websocket'],
    },
    prefix: {
      fix: 'In Apache, ProxyPass replaces the prefix in front by the path of the URL:',
      lines: ['ProxyPass /chat/ http://HOST:PORT/ upgrade=websocket'],
    },
    // Measured: neither ProxyTimeout nor timeout= in ProxyPass applies to a tunnel.
    idle: 'Apache: `Timeout 3600`',
    headers: 'Apache: `LimitRequestFieldSize 32768`',
  },
  {
    name: 'HAProxy',
    source: 'HAProxy: Configuration Manual, http-request, proto, timeout tunnel',
    known: /haproxy/i,
    upgrade:
      'HAProxy forwards it in `mode http`: remove http-request del-header and set-header for Upgrade and Connection, and `proto h2` of the server.',
    forwards: true,
    prefix: {
      fix: 'In HAProxy, this strips the prefix:',
      lines: ['http-request replace-path /chat(/.*) \\1'],
    },
    idle: 'HAProxy: `timeout tunnel 1h`',
    headers: 'HAProxy: `tune.bufsize 65536`',
  },
  {
    name: 'Caddy',
    source: 'Caddy: documentation, reverse_proxy',
    known: /caddy/i,
    upgrade:
      'Caddy forwards it in reverse_proxy: remove header_up lines for Upgrade and Connection, and `versions h2c` of its transport.',
    forwards: true,
    prefix: {
      fix: 'In Caddy, handle_path strips the prefix, and handle keeps it:',
      lines: ['handle_path /chat/* { reverse_proxy HOST:PORT }'],
    },
  },
  {
    name: 'Traefik',
    source: 'Traefik: documentation, HTTP middlewares, Headers; Services',
    known: /traefik/i,
    upgrade:
      'Traefik forwards it: remove middlewares that set Upgrade or Connection, and h2c:// of the service.',
    forwards: true,
    prefix: {
      fix: 'In Traefik, the middleware stripPrefix strips the prefix:',
      lines: ['traefik.http.middlewares.chat.stripprefix.prefixes=/chat'],
    },
  },
  {
    name: 'Envoy',
    source: 'Envoy: documentation, HTTP upgrades; How do I configure timeouts?',
    known: /envoy/i,
    upgrade: {
      fix: 'In Envoy, add to the HttpConnectionManager or to the route:',
      lines: ['upgrade_configs: [{ upgrade_type: websocket }]'],
    },
    idle: 'Envoy: `timeout: 0s` and `idle_timeout: 3600s` in the route, `stream_idle_timeout: 3600s`',
  },
  {
    name: 'lighttpd',
    source: 'lighttpd: documentation, mod_proxy; server.max-read-idle',
    known: /lighttpd/i,
    upgrade: {
      fix: 'In lighttpd, set:',
      lines: ['proxy.header = ( "upgrade" => "enable" )'],
    },
    idle: 'lighttpd: `server.max-read-idle = 3600` and `server.max-write-idle = 3600`',
    headers: 'lighttpd: `server.max-request-field-size = 32768`',
  },
  {
    name: 'h2o',
    source: 'h2o: documentation, Proxy Directives',
    known: /\bh2o\b/i,
    upgrade: { fix: 'In h2o, set:', lines: ['proxy.websocket: ON'] },
    idle: 'h2o: `proxy.websocket.timeout: 3600000`',
  },
  {
    name: 'Varnish',
    source: 'Varnish: documentation, Implementing websocket support; varnishd, pipe_timeout',
    known: /varnish/i,
    upgrade: {
      fix: 'In Varnish, add:',
      lines: [
        'sub vcl_recv { if (req.http.upgrade ~ "^[Ww]eb[Ss]ocket$") { return (pipe); } }',
        'sub vcl_pipe { set bereq.http.upgrade = req.http.upgrade; set bereq.http.connection = req.http.connection; }',
      ],
    },
    idle: 'Varnish: `-p pipe_timeout=3600`',
    headers: 'Varnish: `-p http_req_hdr_len=32k -p http_req_size=64k`',
  },
  {
    name: 'Squid',
    source: 'Squid: documentation, http_upgrade_request_protocols, read_timeout, client_lifetime',
    known: /squid/i,
    upgrade: {
      fix: 'In Squid 5 or newer, add:',
      lines: ['http_upgrade_request_protocols websocket allow all'],
    },
    idle: 'Squid: `client_lifetime 1 day` and `read_timeout 1 hour`',
  },
  {
    name: 'IIS',
    source: 'Microsoft: IIS documentation, WebSocket; Application Request Routing',
    known: /\biis\b|ARR\//i,
    upgrade:
      'In IIS, install the feature "WebSocket Protocol", and Application Request Routing 3.0 or newer.',
  },
  {
    name: 'LiteSpeed',
    source: 'LiteSpeed: documentation, Web Socket Proxy',
    known: /litespeed/i,
    upgrade: 'In LiteSpeed, add a Web Socket Proxy for the path to the virtual host.',
  },
  {
    name: 'Cloudflare',
    forwards: true,
    source: 'Cloudflare: documentation, Network, WebSockets',
    known: /cloudflare/i,
    upgrade:
      'In Cloudflare, turn on Network, WebSockets. A Worker must return the 101 of its fetch.',
    idle: 'Cloudflare: drops sockets after 100 s without traffic',
  },
  {
    name: 'CloudFront',
    forwards: true,
    source: 'AWS: CloudFront, Use WebSockets with CloudFront distributions',
    known: /cloudfront/i,
    upgrade:
      'In CloudFront, give the behavior the origin request policy AllViewer, which forwards the Sec-WebSocket headers.',
  },
  {
    name: 'AWS load balancer',
    forwards: true,
    source:
      'AWS: Application Load Balancers, Listeners; Target groups, Protocol version; Connection idle timeout',
    known: /awselb/i,
    upgrade:
      'The AWS load balancer forwards it to target groups with protocol version HTTP1. Use such a one.',
    idle: 'AWS: the attribute idle_timeout.timeout_seconds of the load balancer',
  },
  {
    name: 'Kong',
    forwards: true,
    source: 'Kong: documentation, Gateway Service; Proxying WebSocket traffic',
    known: /\bkong\b/i,
    upgrade: 'Kong forwards it for services with the protocol http or https: use one of them.',
    idle: 'Kong: `read_timeout` and `write_timeout` of the service',
  },
  {
    name: 'Google Cloud',
    forwards: true,
    source:
      'Google Cloud: Application Load Balancer, WebSocket support; Cloud Run, Using WebSockets',
    known: /\bgoogle\b|\bgws\b/i,
    upgrade:
      'Google Cloud forwards it over HTTP/1.1: turn off HTTP/2 to the backend, and for Cloud Run end-to-end HTTP/2.',
    idle: 'Google Cloud: the timeout of the backend service',
  },
  {
    name: 'Azure Application Gateway',
    forwards: true,
    source: 'Microsoft: Application Gateway, WebSocket support',
    known: /Microsoft-Azure/i,
    upgrade: 'Azure forwards it: use HTTP or HTTPS in the backend settings, not HTTP/2.',
    idle: 'Azure: the request timeout of the backend settings',
  },
  {
    name: 'Heroku',
    forwards: true,
    source: 'Heroku: documentation, WebSockets; HTTP Routing, Timeouts',
    known: /vegur|heroku/i,
    upgrade: 'Heroku forwards it: look for a proxy in the app.',
    idle: 'Heroku: drops sockets after 55 s without traffic',
  },
  {
    name: 'Fly.io',
    forwards: true,
    source: 'Fly.io: WebSockets and Fly',
    known: /^Fly\//,
    upgrade: 'Fly.io forwards it: look for a proxy in the app.',
  },
];

/** Proxies that do not name themselves in the answer of a service. */
const anyUpgrade: Advice = {
  fix: 'Make each proxy on the way forward the upgrade. HAProxy, Caddy and Traefik: nothing that changes Upgrade or Connection. Vite and webpack: `ws: true` in the proxy. @fastify/http-proxy: `websocket: true`. nginx, in the location:',
  lines: nginxUpgrade,
};

const anyIdle =
  'nginx: `proxy_read_timeout 3600s;`, HAProxy: `timeout tunnel 1h`, Apache: `Timeout 3600`, Varnish: `-p pipe_timeout=3600`, stunnel: `TIMEOUTidle = 3600`';

const anyHeaders =
  'Node.js: --max-http-header-size, nginx: `large_client_header_buffers 4 32k;`, Varnish: `-p http_req_hdr_len=32k -p http_req_size=64k`, HAProxy: `tune.bufsize 65536`';

function find({ headers }: HttpAnswer): Proxy | undefined {
  const { server = '', via = '' } = headers;
  return (
    proxies.find(({ known }) => known.test(server)) ?? proxies.find(({ known }) => known.test(via))
  );
}

/** @returns the proxy between this machine and the service, if the answer shows one */
export function proxyIn(answer: HttpAnswer): string | undefined {
  const { server = '', via } = answer.headers;
  const isNamed = proxies.some(({ known }) => known.test(server));
  return isNamed ? server : via;
}

/** @returns the name of a proxy, as the subject of a sentence */
export function proxyName({ headers }: HttpAnswer): string {
  const { server = '' } = headers;
  return proxies.some(({ known }) => known.test(server)) ? server : 'The proxy';
}

/** @returns how to forward the upgrade, in the words of the proxy's configuration */
export function upgradeFix(answer?: HttpAnswer, who = ''): Advice {
  const named = proxies.find(({ name }) => who.includes(name)) ?? (answer && find(answer));
  const words = named?.upgrade ?? anyUpgrade;
  return typeof words === 'string' ? { fix: words } : words;
}

/** @returns how the proxy strips a prefix of the path, if one is seen whose configuration is known */
export function prefixFix(answer: HttpAnswer): Advice | undefined {
  return find(answer)?.prefix;
}

/** @returns whether the answer shows a proxy that does not forward upgrades by itself */
export function needsUpgradeLines(answer: HttpAnswer): boolean {
  return proxyIn(answer) !== undefined && find(answer)?.forwards !== true;
}

/**
 * @param answers those in which a proxy may name itself
 * @returns how to keep idle sockets open, in the words of the proxy's configuration
 */
export function idleWords(...answers: (HttpAnswer | undefined)[]): string {
  const found = answers.flatMap((answer) =>
    answer === undefined ? [] : (find(answer)?.idle ?? []),
  );
  return found[0] ?? anyIdle;
}

/** @returns how to take larger headers, in the words of the configuration of what refuses them */
export function headersWords(answer: HttpAnswer | undefined): string {
  return (answer === undefined ? undefined : find(answer)?.headers) ?? anyHeaders;
}

/**
 * @returns whether a proxy passes on a 404 without a body: a WebSocket route of Fastify answers like
 * this to a request without an upgrade; its 404 for unknown paths has a body
 */
export function isHidden(answer: HttpAnswer): boolean {
  return answer.status === 404 && answer.body === '' && proxyIn(answer) !== undefined;
}

/** The words of an answer, without those that differ each time: numbers, dates, identifiers. */
function steadyWords({ status, body }: HttpAnswer): string {
  return [status, ...body.split(/\s+/).filter((word) => !/\d/.test(word))].join(' ');
}

/**
 * @returns whether a proxy passes on what the service may also say to a plain request: then the upgrade
 * may not have arrived. An answer that differs from that to a plain request shows that it has.
 */
export function mayBeStripped(answer: HttpAnswer, { plainRequest }: Evidence): boolean {
  const isAlike = plainRequest === undefined || steadyWords(plainRequest) === steadyWords(answer);
  return proxyIn(answer) !== undefined && isAlike;
}

/**
 * @returns whether a proxy most likely did not forward the upgrade: the service has nothing for a plain
 * request, and the proxy only forwards upgrades if told so, or the answer is that of a WebSocket route
 */
export function isUndecided(answer: HttpAnswer, evidence: Evidence): boolean {
  const isSuspected = isHidden(answer) || needsUpgradeLines(answer);
  return answer.status === 404 && isSuspected && mayBeStripped(answer, evidence);
}
