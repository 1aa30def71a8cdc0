import type { KnownAnswer } from './known-answer.js';

/** Statuses that no standard has: proxies use them for their own failures. */
const ownStatuses = Array.from({ length: 80 }, (_, index) => 520 + index);

/** What a status or a header alone means, if no other row knows the answer. */
export const generalAnswers: KnownAnswer[] = [
  {
    match: { status: 400, headers: { server: /Kestrel|Microsoft-IIS/i }, empty: true },
    code: 'upgrade-stripped',
    source: 'Microsoft: ASP.NET Core, WebSockets support (IsWebSocketRequest)',
    cause: 'The application answers like to a request without an upgrade.',
    alternatives: ['wrong-path', 'origin-refused'],
  },
  {
    match: { status: 403, headers: { server: /cloudflare|awselb|akamai|sucuri|imperva/i } },
    code: 'forbidden',
    source: 'RFC 9110, section 15.5.4',
    cause: 'The service refuses the handshake, or a firewall of the proxy in front of it does.',
    alternatives: ['origin-refused', 'unauthorized', 'healthy'],
  },
  {
    match: { status: 505 },
    code: 'upgrade-stripped',
    source: 'RFC 9110, section 15.6.6',
    cause: 'The service does not accept the version of HTTP that a proxy on the way speaks to it.',
    alternatives: ['server-error'],
  },
  {
    match: { status: 408 },
    code: 'server-error',
    source: 'RFC 9110, section 15.5.9',
    cause: 'The server, or a proxy in front of it, waited for more of the request.',
    alternatives: ['proxy-upstream-down', 'upgrade-stripped'],
  },
  {
    match: { status: [509, 529] },
    code: 'too-many-requests',
    source: 'cPanel: Bandwidth Limit Exceeded; Qualys: Site is overloaded',
    alternatives: ['server-error'],
  },
  {
    match: { status: ownStatuses },
    code: 'proxy-upstream-down',
    source:
      'Cloudflare: documentation, Cloudflare 5xx errors; other proxies use such statuses alike',
    alternatives: ['server-error', 'proxy-upstream-scheme'],
  },
  {
    match: { status: [502, 504] },
    code: 'proxy-upstream-down',
    source: 'RFC 9110, sections 15.6.3 and 15.6.5',
    alternatives: ['proxy-upstream-scheme', 'server-error'],
  },
  {
    match: {
      status: 503,
      headers: {
        server:
          /nginx|openresty|caddy|envoy|traefik|apache|cloudflare|awselb|varnish|lighttpd|h2o|iis|litespeed|kong/i,
      },
    },
    code: 'proxy-upstream-down',
    source: 'RFC 9110, section 15.6.4',
    alternatives: ['server-error', 'proxy-upstream-scheme'],
  },
  {
    match: { status: 503, headers: { via: /./ } },
    code: 'proxy-upstream-down',
    source: 'RFC 9110, section 15.6.4',
    alternatives: ['server-error', 'proxy-upstream-scheme'],
  },
  {
    match: { status: [405, 501] },
    code: 'not-a-websocket-route',
    source: 'RFC 9110, section 15.5.6',
    alternatives: ['wrong-path', 'upgrade-stripped'],
  },
  {
    match: { status: 426, headers: { 'sec-websocket-version': /^(?!.*\b13\b).+/ } },
    code: 'not-a-websocket-server',
    source: 'RFC 6455, section 4.4',
    cause:
      'The server does not speak version 13 of the WebSocket protocol, the only one of browsers.',
    fix: 'Update its WebSocket library.',
  },
  {
    match: { status: 451 },
    code: 'forbidden',
    source: 'RFC 7725',
    cause: 'The server refuses this client for legal reasons, such as its country.',
    fix: 'Ask the operator of the server.',
  },
];
