import {
  alerts,
  alertText,
  asksForTls,
  explained,
  failed,
  failedBy,
  isAfterCertificate,
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
        cause: `${where(evidence)} speaks plain HTTP, but the URL asks for TLS.`,
        evidence: `The handshake failed with ${alertText(tls)}. A plain request was answered with HTTP status ${answer.status}.`,
        fix: `Turn on TLS in the server, use its TLS port, or use ${plain} if you do not want TLS.`,
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
      const banner = isPlainTalk
        ? ` It answered a plain request with "${plain?.bytes ?? ''}".`
        : '';
      return {
        cause: `${where(evidence)} speaks neither TLS nor HTTP: another service listens there.`,
        evidence: `${said(evidence)}${banner}`,
        fix: 'Check the port in the URL.',
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
      const bare = tlsWithoutAlpn?.end === 'secure' ? ' Without ALPN it succeeds.' : '';
      return {
        cause: `${where(evidence)} only speaks HTTP/2, but WebSocket clients use HTTP/1.1.`,
        evidence: byAlert
          ? `${said(evidence)} The client offered HTTP/1.1.${bare}`
          : `It answered with HTTP status ${upgrade?.answer?.status}, "Missing ALPN Protocol".`,
        fix: 'Turn on HTTP/1.1 as well. In Node.js and Fastify, `http2: true` needs `https: { allowHTTP1: true }`. In a proxy, offer http/1.1 in addition to h2.',
      };
    },
  },
  {
    code: 'tls-version',
    stage: 'tls',
    judge: (evidence) =>
      isTooOld(evidence)
        ? {
            cause: `${where(evidence)} supports no TLS version that current clients support.`,
            evidence: said(evidence),
            fix: 'Turn on TLS 1.2 and 1.3 in the server.',
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
          cause: `${where(evidence)} sends more certificates than clients accept.`,
          evidence: said(evidence),
          fix: "Only send the server's certificate and its intermediate certificates, not a list of CAs.",
        };
      }
      if (isRefusedHere(evidence)) {
        return {
          cause: `${where(evidence)} speaks TLS, but clients refuse its handshake: its parameters are too weak, or its certificate cannot be read.`,
          evidence: said(evidence),
          fix: 'Check the certificate, the key and the TLS settings of the server.',
          alternatives: ['weak-key', 'tls-version'],
        };
      }
      const unsaid = tls?.alert === undefined && !asksForTls(plainly(evidence));
      const elsewhere = explained.includes(tls?.alert ?? 0) || isTooOld(evidence);
      if (tls === undefined || unsaid || elsewhere || isAfterCertificate(evidence)) {
        return undefined;
      }
      return {
        cause: `${where(evidence)} has no usable certificate, key and cipher suite. It was started without a certificate, or with a key of another type.`,
        evidence: said(evidence),
        fix: "Check the server's log. Give the server a key and the certificate that belongs to it, both as PEM.",
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
        cause: `${where(evidence)} has no certificate and no site for ${evidence.target.host}.`,
        evidence: said(evidence),
        fix: `Add ${evidence.target.host} to the names of the site in the proxy, or use a name that it serves in the URL.`,
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
      // After the handshake, servers use several alerts to ask for another certificate.
      const late = upgrade?.alert !== undefined;
      const byAlert = [tls?.alert, upgrade?.alert].includes(alerts.certificateRequired);
      const bad = late || tls?.alert === alerts.badCertificate;
      const afterCertificate = isAfterCertificate(evidence);
      if (!inWords && !byAlert && !bad && !afterCertificate) {
        return undefined;
      }
      const alert = tls?.alert ?? upgrade?.alert;
      return {
        cause:
          'The server requires a client certificate. Browsers only send one that the user has installed.',
        evidence: inWords
          ? `It answered with HTTP status ${upgrade?.answer?.status}: "No required SSL certificate was sent".`
          : `It ended the connection with TLS alert ${alert}.`,
        fix: 'Do not request a client certificate (`requestCert` in Node.js, `ssl_verify_client` in nginx), or give each client one.',
        ...(afterCertificate || (bad && !byAlert)
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
        cause: `${where(evidence)} accepts connections, then drops them before any TLS.`,
        evidence:
          tls?.code === undefined
            ? 'The connection was closed.'
            : `The connection ended with ${tls.code}.`,
        fix: 'Check what listens there: a tunnel or container that forwards the port to nothing, a firewall, or a server that only accepts some addresses.',
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
        cause: `${where(evidence)} accepts connections but does not answer. Its process hangs, or it is another service.`,
        evidence: `No answer to a TLS handshake within ${seconds} s.`,
        fix: 'Check what listens there, and restart it.',
        alternatives: ['not-tls'],
      };
    },
  },
];
