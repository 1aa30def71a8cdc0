import type { Evidence } from '../evidence.js';
import type { Rule } from '../verdict.js';
import { openingBrowsers } from './shared/refusals.js';
import {
  alerts,
  asksForTls,
  failedTls,
  failureText,
  isAfterCertificate,
  isBroken,
  isOtherProtocol,
  isSilentInPlain,
  isTooOld,
  oldVersion,
  portText,
} from './shared/tls.js';

/** Alerts with their own rule. */
const explained = [
  alerts.badCertificate,
  alerts.protocolVersion,
  alerts.internalError,
  alerts.unrecognizedName,
  alerts.certificateRequired,
  alerts.noApplicationProtocol,
];

/** Whether this side ended the handshake, because it refuses something in it. */
function isRefusedByClient(evidence: Evidence): boolean {
  const tls = failedTls(evidence);
  const inWords = /^ERR_(SSL|OSSL)_/.test(tls?.code ?? '') && tls?.alert === undefined;
  const isOurs = tls?.end === 'failed' && inWords && !isOtherProtocol(evidence);
  const isTls = isSilentInPlain(evidence) || asksForTls(evidence);
  return isOurs && !oldVersion.test(tls.code ?? '') && isTls;
}

export const noUsableCertificate: Rule = {
  code: 'no-usable-certificate',
  meaning: 'the server has no usable certificate',
  advice: 'Check the key and the certificate of the server.',
  tls: (evidence) => {
    const tls = failedTls(evidence);
    if (openingBrowsers(evidence).length > 0 || isBroken(evidence)) {
      return undefined;
    }
    if (tls?.code === 'ERR_SSL_EXCESSIVE_MESSAGE_SIZE') {
      return {
        cause: `${portText(evidence)} sends more certificates than clients accept.`,
        evidence: failureText(evidence),
        fix: "Only send the server's certificate and its intermediate certificates, not a list of CAs.",
      };
    }
    if (isRefusedByClient(evidence)) {
      return {
        cause: `${portText(evidence)} speaks TLS, but clients refuse its handshake: its parameters are too weak, or its certificate cannot be read.`,
        evidence: failureText(evidence),
        fix: 'Check the certificate, the key and the TLS settings of the server.',
        alternatives: ['weak-key', 'tls-version'],
      };
    }
    const unsaid = tls?.alert === undefined && !asksForTls(evidence);
    const elsewhere = explained.includes(tls?.alert ?? 0) || isTooOld(evidence);
    if (tls === undefined || unsaid || elsewhere || isAfterCertificate(evidence)) {
      return undefined;
    }
    return {
      cause: `${portText(evidence)} has no usable certificate, key and cipher suite. It was started without a certificate, or with a key of another type.`,
      evidence: failureText(evidence),
      fix: "Check the server's log. Give the server a key and the certificate that belongs to it, both as PEM.",
      alternatives: ['key-mismatch', 'tls-version', 'client-certificate-required'],
    };
  },
};
