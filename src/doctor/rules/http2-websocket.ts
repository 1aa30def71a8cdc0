import type { Rule } from '../verdict.js';
import { isAlive, isOwnPage } from './shared/upgrade.js';

export const http2Websocket: Rule = {
  code: 'http2-websocket',
  meaning: 'WebSockets over HTTP/2 are announced, but do not work',
  upgrade: (evidence) => {
    const { http2, upgrade, surroundings } = evidence;
    if (http2?.announced !== true || !isAlive(upgrade)) {
      return undefined;
    }
    const { status, end } = http2;
    if (status === 200 && end === 'open') {
      return undefined;
    }
    const none =
      end === 'timeout'
        ? `no answer within ${surroundings.limit / 1000} s`
        : 'the stream was reset';
    const seen = status === undefined ? none : `HTTP status ${status}`;
    return {
      clients: ['browser'],
      ...(isOwnPage(evidence) ? {} : { browsers: ['Firefox'] }),
      cause:
        'The server announces WebSockets over HTTP/2, but they fail. Firefox uses them at once; Chromium does for pages of this host.',
      evidence: `SETTINGS_ENABLE_CONNECT_PROTOCOL is 1. An extended CONNECT: ${status === 200 ? 'the socket opened and was dropped' : seen}. Over HTTP/1.1, the socket opens.`,
      fix: 'Forward extended CONNECT to the service (RFC 8441), or do not announce it. In HAProxy: `h2-workaround-bogus-websocket-clients`; in Node.js: `enableConnectProtocol: false`.',
    };
  },
};
