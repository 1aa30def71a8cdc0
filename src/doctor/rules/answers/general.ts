import type { KnownAnswer } from './known-answer.js';

/** What a status alone means, if no other row knows the answer. */
export const generalAnswers: KnownAnswer[] = [
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
