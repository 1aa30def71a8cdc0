import {
  alerts,
  alertText,
  asksForTls,
  explained,
  failed,
  failedBy,
  isBehind,
  isGarbled,
  isRefusedHere,
  isTooOld,
  plainly,
  said,
  saidNothing,
  speaksPlainly,
  where,
} from './handshakes.js';
import { isAboutAlpn, isDropped, wantsCertificate } from './signals.js';
import type { Rule } from './verdict.js';

export const tlsRules: Rule[] = [
  {
    code: 'tls-on-plain-port',
    stage: 'tls',
    judge: (evidence) => {
      const tls = failed(evidence);
      const answer = plainly(evidence)?.answer;
      if (tls === undefined || answer === undefined || !speaksPlainly(evidence)) {
        return undefined;
      }
      const plain = evidence.target.url.replace(/^wss/, 'ws');
      return {
        cause: `${where(evidence)} speaks plain HTTP, and the URL asks for TLS.`,
        evidence: `The handshake ended with ${alertText(tls)}, and a plain request was answered with HTTP status ${answer.status}.`,
        fix: `Turn TLS on in the server, connect to the port that has it, or use ${plain} where no TLS is meant.`,
      };
    },
  },
  {
    code: 'not-tls',
    stage: 'tls',
    judge: (evidence) => {
      const plain = plainly(evidence);
      const isPlainTalk = failed(evidence)?.alert === undefined && !saidNothing(plain);
      if (plain?.answer !== undefined || !(isGarbled(evidence) || isPlainTalk)) {
        return undefined;
      }
      const banner = isPlainTalk ? ` To a plain request it said "${plain?.bytes ?? ''}".` : '';
      return {
        cause: `${where(evidence)} speaks neither TLS nor HTTP: another service listens there.`,
        evidence: `${said(evidence)}${banner}`,
        fix: 'Correct the port in the URL.',
      };
    },
  },
  {
    code: 'http2-only',
    stage: 'tls',
    judge: (evidence) => {
      const byAlert = failedBy(evidence, alerts.noApplicationProtocol);
      const { upgrade, tlsWithoutAlpn } = evidence;
      if (!byAlert && !isAboutAlpn(upgrade?.answer)) {
        return undefined;
      }
      const bare = tlsWithoutAlpn?.end === 'secure' ? ' Without an offer it succeeds.' : '';
      return {
        cause: `${where(evidence)} speaks HTTP/2 alone, and WebSocket clients open their sockets over HTTP/1.1.`,
        evidence: byAlert
          ? `${said(evidence)} HTTP/1.1 was offered.${bare}`
          : `It answered with HTTP status ${upgrade?.answer?.status}, "Missing ALPN Protocol".`,
        fix: 'Let the server take HTTP/1.1, too: in Node.js and Fastify `http2: true` needs `https: { allowHTTP1: true }`; in a proxy offer http/1.1 beside h2.',
      };
    },
  },
  {
    code: 'tls-version',
    stage: 'tls',
    judge: (evidence) =>
      isTooOld(evidence)
        ? {
            cause: `${where(evidence)} speaks no version of TLS that clients of today do.`,
            evidence: said(evidence),
            fix: 'Let the server speak TLS 1.2 and 1.3.',
          }
        : undefined,
  },
  {
    code: 'no-usable-certificate',
    stage: 'tls',
    judge: (evidence) => {
      const tls = failed(evidence);
      if (tls?.code === 'ERR_SSL_EXCESSIVE_MESSAGE_SIZE') {
        return {
          cause: `${where(evidence)} sends more certificates than clients take.`,
          evidence: said(evidence),
          fix: "Send the server's certificate and its intermediates alone, and no list of authorities.",
        };
      }
      if (isRefusedHere(evidence)) {
        return {
          cause: `${where(evidence)} speaks TLS, and what it sends is refused: parameters that are too weak, or a certificate that cannot be read.`,
          evidence: said(evidence),
          fix: 'Look at the certificate, the key and the TLS settings of the server.',
          alternatives: ['weak-key', 'tls-version'],
        };
      }
      const unsaid = tls?.alert === undefined && !asksForTls(plainly(evidence));
      const elsewhere = explained.includes(tls?.alert ?? 0) || isTooOld(evidence);
      if (tls === undefined || unsaid || elsewhere || isBehind(evidence)) {
        return undefined;
      }
      return {
        cause: `${where(evidence)} finds no certificate, key and cipher suite with which it could serve: it was started without a certificate, or with a key of another kind.`,
        evidence: said(evidence),
        fix: "Look at the server's log. Give it a key and the certificate that was made with it, both as PEM.",
        alternatives: ['key-mismatch', 'tls-version', 'client-certificate-required'],
      };
    },
  },
  {
    code: 'proxy-unknown-host',
    stage: 'proxy',
    judge: (evidence) => {
      const named = failedBy(evidence, alerts.unrecognizedName);
      if (!named && !failedBy(evidence, alerts.internalError)) {
        return undefined;
      }
      return {
        cause: `${where(evidence)} has no certificate and no site for the name ${evidence.target.host}.`,
        evidence: said(evidence),
        fix: `Add ${evidence.target.host} to the names of the site in the proxy, or write the URL with a name that it serves.`,
        ...(named ? {} : { alternatives: ['no-usable-certificate' as const] }),
      };
    },
  },
  {
    code: 'client-certificate-required',
    stage: 'tls',
    judge: (evidence) => {
      const { tls, upgrade } = evidence;
      const inWords = wantsCertificate.test(upgrade?.answer?.body ?? '');
      // Behind a session, servers that want another certificate say so by alerts of several kinds.
      const late = upgrade?.alert !== undefined;
      const byAlert = [tls?.alert, upgrade?.alert].includes(alerts.certificateRequired);
      const bad = late || tls?.alert === alerts.badCertificate;
      const behind = isBehind(evidence);
      if (!inWords && !byAlert && !bad && !behind) {
        return undefined;
      }
      const alert = tls?.alert ?? upgrade?.alert;
      return {
        cause:
          'The server wants a certificate of the client, and browsers send one only if its user has installed it.',
        evidence: inWords
          ? `It answered with HTTP status ${upgrade?.answer?.status}: "No required SSL certificate was sent".`
          : `It ended the connection with TLS alert ${alert}.`,
        fix: 'Ask for no client certificate here (`requestCert` in Node.js, `ssl_verify_client` in nginx), or give each client one.',
        ...(behind || (bad && !byAlert)
          ? { alternatives: ['no-usable-certificate', 'tls-version'] }
          : {}),
      };
    },
  },
  {
    code: 'reset-before-tls',
    stage: 'tls',
    judge: (evidence) => {
      const { tls } = evidence;
      if (!isDropped(tls) || !saidNothing(plainly(evidence))) {
        return undefined;
      }
      return {
        cause: `${where(evidence)} takes connections and drops them before a word of TLS.`,
        evidence: `The connection ended with ${tls?.code ?? 'its end'}.`,
        fix: 'Look at what listens there: a port that a tunnel or container forwards to nothing, a firewall, or a server that takes connections from some addresses alone.',
      };
    },
  },
  {
    code: 'silent',
    stage: 'tls',
    judge: (evidence) => {
      if (evidence.tls?.end !== 'timeout' || !saidNothing(plainly(evidence))) {
        return undefined;
      }
      const seconds = evidence.surroundings.limit / 1000;
      return {
        cause: `${where(evidence)} takes connections and says nothing: its process hangs, or it is another service.`,
        evidence: `No answer to a TLS handshake within ${seconds} s.`,
        fix: 'Look at what listens there, and start it again.',
        alternatives: ['not-tls'],
      };
    },
  },
];
