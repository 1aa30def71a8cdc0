import {
  answerText,
  isTlsRecord,
  openingOrigin,
  proxyIn,
  proxyName,
  refusal,
  wantsCertificate,
} from './signals.js';
import type { Evidence, HttpAnswer } from './evidence.js';
import type { Rule } from './verdict.js';

/** What a TLS server says to plain HTTP: nginx, Go (Caddy), Apache. */
const plainToTls =
  /plain HTTP request was sent to HTTPS port|HTTP request to an HTTPS server|speaking plain HTTP to an SSL-enabled/i;

const noRoute = /not found|cannot get|nothing at this address|no such/i;

/** Names of proxies that need to be told to pass an upgrade on, with the words that do. */
const nginxWords =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";';

function passFix(answer: HttpAnswer): string {
  const proxy = proxyIn(answer) ?? '';
  return /nginx|openresty/i.test(proxy) || proxy === ''
    ? `Let each proxy on the way pass the upgrade on. In nginx, in the location: ${nginxWords}`
    : `Let ${proxy} pass the upgrade on.`;
}

interface Seen {
  upgrade?: unknown;
  httpVersion?: unknown;
  connection?: unknown;
}

/** What a project of ours says that it saw of the handshake. */
function seenBy({ body }: HttpAnswer): Seen | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    const seen: unknown = Object(parsed).seen;
    return typeof seen === 'object' && seen !== null ? seen : undefined;
  } catch {
    // It is somebody else's answer.
    return undefined;
  }
}

/** What arrived at the service, in a sentence; JSON's `null` is nothing. */
function seenText({ upgrade, connection, httpVersion }: Seen): string {
  const [wanted, kept] = [upgrade, connection].map((value) => String(value ?? 'nothing'));
  const version = httpVersion === undefined ? '' : ` over HTTP/${String(httpVersion)}`;
  return `The service saw for Upgrade: ${wanted}, for Connection: ${kept}${version}.`;
}

/** What a server says to a request of HTTP/1.0, in which no upgrade can be asked for. */
function isOldHttp({ status, body }: HttpAnswer): boolean {
  return status === 505 && /HTTP\/1\.1/.test(body);
}

/** What a Socket.IO server says to a request for a socket in which no upgrade arrives. */
function isEngineIoRefusal({ status, body }: HttpAnswer): boolean {
  return status === 400 && /"code":3,"message":"Bad request"/.test(body);
}

/** An answer that may be given for want of an upgrade. */
function strippedAnswer(evidence: Evidence): HttpAnswer | undefined {
  const answer = refusal(evidence);
  const isOne = answer !== undefined && ([426, 404].includes(answer.status) || isOldHttp(answer));
  return isOne || (answer !== undefined && isEngineIoRefusal(answer)) ? answer : undefined;
}

function isEngineIo({ body }: HttpAnswer): boolean {
  return /"message":"(Transport unknown|Bad handshake method|Unsupported protocol version)"/.test(
    body,
  );
}

/**
 * A proxy says that it found nothing, without a word: a WebSocket route of Fastify answers so where no
 * upgrade arrives, and unknown paths of it have a body.
 */
function isHidden(answer: HttpAnswer): boolean {
  return answer.status === 404 && answer.body === '' && proxyIn(answer) !== undefined;
}

/** Statuses that say more than that something is wrong with the request. */
const telling = [401, 403, 404, 410, 421, 426, 429];

/** A refusal that has no rule of its own: ws says 400 where its path is another. */
function unexplained(evidence: Evidence): HttpAnswer | undefined {
  const answer = refusal(evidence);
  if (answer === undefined || answer.status < 400 || answer.status > 499) {
    return undefined;
  }
  const known =
    telling.includes(answer.status) ||
    openingOrigin(evidence) !== undefined ||
    isPlainOnTls(evidence) ||
    isEngineIoRefusal(answer) ||
    wantsCertificate.test(answer.body);
  return known ? undefined : answer;
}

/** Whether the port speaks TLS, to an URL that does not. */
export function isPlainOnTls({ target, otherScheme, upgrade }: Evidence): boolean {
  const inWords = plainToTls.test(upgrade?.answer?.body ?? '');
  const opened = upgrade?.answer !== undefined && !inWords;
  const byBytes = otherScheme?.tls?.end === 'secure' || isTlsRecord(upgrade?.bytes ?? '');
  return !target.secure && !opened && (inWords || byBytes);
}

function statusIn(evidence: Evidence, ...statuses: number[]): HttpAnswer | undefined {
  const answer = refusal(evidence);
  return answer !== undefined && statuses.includes(answer.status) ? answer : undefined;
}

export const upgradeRules: Rule[] = [
  {
    code: 'plain-on-tls-port',
    stage: 'upgrade',
    judge: (evidence) => {
      const { target, upgrade } = evidence;
      if (!isPlainOnTls(evidence)) {
        return undefined;
      }
      const url = target.url.replace(/^ws/, 'wss');
      const said =
        upgrade?.answer === undefined ? 'dropped' : `answered with ${answerText(upgrade.answer)}`;
      return {
        cause: `Port ${target.port} of ${target.host} speaks TLS, and the URL begins with ws://.`,
        evidence: `A plain handshake was ${said}${evidence.otherScheme?.tls?.end === 'secure' ? ', one of TLS succeeds' : ''}.`,
        fix: `Use ${url}.`,
      };
    },
  },
  {
    code: 'redirect',
    stage: 'upgrade',
    judge: (evidence) => {
      const answer = statusIn(evidence, 301, 302, 303, 307, 308);
      if (answer === undefined) {
        return undefined;
      }
      const to = answer.headers['location'] ?? 'nowhere';
      const socket = to.replace(/^http/, 'ws');
      return {
        cause: 'The server redirects the handshake, and WebSocket clients do not follow.',
        evidence: `HTTP status ${answer.status} to ${to}.`,
        fix: /^wss?:/.test(socket)
          ? `Use ${socket} if the socket is there, or take the socket's path out of the redirect.`
          : "Write the URL to which the server redirects, or take the socket's path out of the redirect.",
      };
    },
  },
  {
    code: 'upgrade-stripped',
    stage: 'upgrade',
    judge: (evidence) => {
      const answer = strippedAnswer(evidence);
      const seen = answer === undefined ? undefined : seenBy(answer);
      if (answer === undefined) {
        return undefined;
      }
      if (answer.status === 404) {
        return isHidden(answer)
          ? {
              cause:
                'A proxy on the way takes the Upgrade header away, or the path is not known behind it.',
              evidence: `${answerText(answer)}.`,
              fix: passFix(answer),
              alternatives: ['wrong-path', 'not-a-websocket-route'],
            }
          : undefined;
      }
      return {
        cause: isOldHttp(answer)
          ? 'A proxy on the way speaks HTTP/1.0 to the service, in which there is no upgrade.'
          : 'Something between here and the service takes the Upgrade header away.',
        evidence:
          seen === undefined ? `${answerText(answer)}.` : `HTTP status 426. ${seenText(seen)}`,
        fix: passFix(answer),
        ...(seen === undefined && !isOldHttp(answer)
          ? { alternatives: ['upgrade-ignored' as const] }
          : {}),
      };
    },
  },
  {
    code: 'wrong-path',
    stage: 'upgrade',
    judge: (evidence) => {
      const { path } = evidence.target;
      const gone = statusIn(evidence, 404, 410);
      if (gone !== undefined && !isHidden(gone)) {
        const sure = noRoute.test(gone.body) || gone.status === 410;
        return {
          cause: `The server knows nothing under ${path}.`,
          evidence: `${answerText(gone)}.`,
          fix: "Correct the path in the URL: look at the route in the server's code, with its prefixes.",
          ...(sure ? {} : { alternatives: ['upgrade-stripped' as const] }),
        };
      }
      const refused = statusIn(evidence, 400);
      if (refused !== undefined && isEngineIo(refused)) {
        return {
          cause: 'A Socket.IO server answers, and the URL is not the one of its sockets.',
          evidence: `${answerText(refused)}.`,
          fix: 'Use its own client, or the URL that it uses: /socket.io/?EIO=4&transport=websocket.',
        };
      }
      const other = unexplained(evidence);
      return other === undefined
        ? undefined
        : {
            cause: `The server refuses the handshake: most often it has its socket under another path than ${path}.`,
            evidence: `${answerText(other)}.`,
            fix: 'Correct the path in the URL: look at the route, or at the option `path` of the WebSocket server.',
            alternatives: ['not-a-websocket-route', 'origin-refused'],
          };
    },
  },
  {
    code: 'upgrade-ignored',
    stage: 'upgrade',
    judge: (evidence) => {
      const answer = refusal(evidence);
      const odd = [300, 304, 305, 306];
      const plain = answer !== undefined && (answer.status < 300 || odd.includes(answer.status));
      if (answer === undefined || !plain || isWelcome(answer)) {
        return undefined;
      }
      const proxy = proxyIn(answer);
      return {
        cause: 'The server answers the handshake as it answers a plain request.',
        evidence: `${answerText(answer)}.`,
        fix: 'If this is the server that is meant, let the route take WebSockets: in Fastify `await app.register(websocket)` before the routes, and `{ websocket: true }` on this one.',
        ...(proxy === undefined ? {} : { alternatives: ['upgrade-stripped' as const] }),
      };
    },
  },
  {
    code: 'proxy-unknown-host',
    stage: 'proxy',
    judge: (evidence) => {
      const answer = refusal(evidence);
      const misdirected = answer?.status === 421;
      if (answer === undefined || !(misdirected || isWelcome(answer))) {
        return undefined;
      }
      const { host } = evidence.target;
      return {
        cause: `${proxyName(answer)} serves no site of the name ${host}, and answers with what it has for unknown ones.`,
        evidence: `${answerText(answer)}.`,
        fix: `Add ${host} to the names of the site in the proxy, or write the URL with a name that it serves.`,
        ...(misdirected || isEmptyCaddy(answer) ? {} : { alternatives: ['upgrade-ignored'] }),
      };
    },
  },
  {
    code: 'not-a-websocket-server',
    stage: 'upgrade',
    judge: (evidence) => {
      const { upgrade } = evidence;
      if (upgrade?.answer?.status === 101 && !upgrade.answer.accepted) {
        const accept = upgrade.answer.headers['sec-websocket-accept'] ?? 'nothing';
        return {
          cause: 'Something answers that it changes the protocol, and does not know WebSocket.',
          evidence: `HTTP status 101 with Sec-WebSocket-Accept: ${accept}, which does not fit the key.`,
          fix: 'Look at what listens there: the URL leads to another service, or a proxy makes the answer up.',
        };
      }
      if (isPlainOnTls(evidence)) {
        return undefined;
      }
      if (upgrade?.end === 'too-long' && upgrade.answer === undefined) {
        return {
          cause: 'An answer without end comes, and no handshake.',
          evidence: 'Hundreds of kilobytes came.',
          fix: 'Look at what listens there: the URL leads to another service.',
        };
      }
      if (upgrade === undefined || upgrade.bytes === '') {
        return undefined;
      }
      return {
        cause: 'What answers does not speak HTTP, and no WebSocket.',
        evidence: `It said "${upgrade.bytes}".`,
        fix: 'Correct the port in the URL.',
      };
    },
  },
  {
    code: 'silent',
    stage: 'upgrade',
    judge: ({ upgrade, surroundings, otherScheme }) =>
      upgrade?.end === 'timeout' &&
      upgrade.answer === undefined &&
      upgrade.bytes === '' &&
      otherScheme?.tls?.end !== 'secure'
        ? {
            cause:
              'The server takes the handshake and does not answer: it hangs, or waits for something itself.',
            evidence: `No answer within ${surroundings.limit / 1000} s.`,
            fix: "Look at the server's log, at what it waits for in its hooks, and at the proxies before it.",
          }
        : undefined,
  },
  {
    code: 'server-error',
    stage: 'upgrade',
    judge: (evidence) => {
      const answer = refusal(evidence);
      const own = [502, 504].includes(answer?.status ?? 0);
      if (
        answer === undefined ||
        answer.status < 500 ||
        own ||
        isOldHttp(answer) ||
        isProxyError(answer)
      ) {
        return undefined;
      }
      return {
        cause:
          answer.status === 503
            ? 'The server has no room, stops just now, or is not ready.'
            : 'The server fails while it handles the handshake.',
        evidence: `${answerText(answer)}.`,
        fix: "Look at the server's log: a hook or the route itself fails.",
      };
    },
  },
  {
    code: 'too-many-requests',
    stage: 'upgrade',
    judge: (evidence) => {
      const answer = statusIn(evidence, 429);
      return answer === undefined
        ? undefined
        : {
            cause: 'The server limits how often or how many times one client may connect.',
            evidence: `${answerText(answer)}.`,
            fix: 'Close other connections, wait, or raise the limit of the server.',
          };
    },
  },
];

function isEmptyCaddy({ status, headers, body }: HttpAnswer): boolean {
  return status === 200 && /caddy/i.test(headers['server'] ?? '') && body === '';
}

/** What proxies answer for names that they have no site for. */
function isWelcome(answer: HttpAnswer): boolean {
  const page = /Welcome to nginx|Apache2? .*Default Page|It works!/i.test(answer.body);
  return answer.status < 300 && (isEmptyCaddy(answer) || page);
}

/** @returns whether a proxy says that it is the one that fails; Cloudflare has numbers of its own for that */
export function isProxyError(answer: HttpAnswer): boolean {
  return (answer.status === 503 && proxyIn(answer) !== undefined) || answer.status >= 520;
}
