import { isTlsRecord } from './signals.js';
import type { Evidence, TlsEvidence, UpgradeEvidence } from './evidence.js';

/** Numbers of alerts (RFC 8446, section 6; RFC 7301; RFC 6066). */
export const alerts = {
  handshakeFailure: 40,
  badCertificate: 42,
  protocolVersion: 70,
  internalError: 80,
  unrecognizedName: 112,
  certificateRequired: 116,
  noApplicationProtocol: 120,
};

/** Those that have a rule of their own. */
export const explained = [
  alerts.badCertificate,
  alerts.protocolVersion,
  alerts.internalError,
  alerts.unrecognizedName,
  alerts.certificateRequired,
  alerts.noApplicationProtocol,
];

/** @returns the handshake, where it failed */
export function failed({ tls }: Evidence): TlsEvidence | undefined {
  return tls === undefined || tls.end === 'secure' ? undefined : tls;
}

/** @returns whether this alert ended it */
export function failedBy(evidence: Evidence, alert: number): boolean {
  return failed(evidence)?.alert === alert;
}

/** @returns what the port says to plain HTTP */
export function plainly({ otherScheme }: Evidence): UpgradeEvidence | undefined {
  return otherScheme?.plain;
}

/** @returns whether it has said nothing in plain words */
export function saidNothing(plain: UpgradeEvidence | undefined): boolean {
  const bytes = plain?.bytes ?? '';
  return plain?.answer === undefined && (bytes === '' || isTlsRecord(bytes));
}

/** @returns whether a server says in plain words that it speaks TLS */
export function asksForTls(plain: UpgradeEvidence | undefined): boolean {
  return /HTTPS (port|server)|SSL-enabled/i.test(plain?.answer?.body ?? '');
}

/** @returns whether the port speaks HTTP, and no word of TLS has come from it */
export function speaksPlainly(evidence: Evidence): boolean {
  const plain = plainly(evidence);
  const isSilent = failed(evidence)?.alert === undefined;
  return isSilent && plain?.answer !== undefined && !asksForTls(plain);
}

/** @returns OpenSSL's name and the number of what came */
export function alertText({ alert, code = '' }: TlsEvidence): string {
  return alert === undefined ? code : `TLS alert ${alert} (${code})`;
}

/** @returns how it ended, in a sentence */
export function said(evidence: Evidence): string {
  const tls = failed(evidence);
  return tls === undefined ? '' : `The handshake ended with ${alertText(tls)}.`;
}

/** @returns what a sentence about the port begins with */
export function where({ target }: Evidence): string {
  return `Port ${target.port} of ${target.host}`;
}

/**
 * @returns whether the general alert came behind the server's own certificate: what a client lacks
 * ends so in TLS 1.2
 */
export function isBehind(evidence: Evidence): boolean {
  const shown = (failed(evidence)?.chain.length ?? 0) > 0;
  return shown && failedBy(evidence, alerts.handshakeFailure);
}

/** OpenSSL's names for a version that it does not speak itself. */
const oldVersion = /UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW|WRONG_SSL_VERSION/;

/** @returns whether the server speaks no version that clients of today do */
export function isTooOld(evidence: Evidence): boolean {
  const tls = failed(evidence);
  const plain = plainly(evidence);
  const byCode = tls?.alert === undefined && oldVersion.test(tls?.code ?? '');
  const isTls = saidNothing(plain) || asksForTls(plain);
  return tls?.alert === alerts.protocolVersion || (byCode && isTls);
}

/** OpenSSL's names for bytes that are no records of TLS. */
const noRecord =
  /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNKNOWN_PROTOCOL|HTTP_REQUEST|UNEXPECTED_EOF/;

/** @returns whether what came is no TLS: the other side speaks something else */
export function isGarbled(evidence: Evidence): boolean {
  const tls = failed(evidence);
  return tls?.end === 'failed' && tls.alert === undefined && noRecord.test(tls.code ?? '');
}

/** @returns whether our own side ended the handshake, for something in it that it does not take */
export function isRefusedHere(evidence: Evidence): boolean {
  const tls = failed(evidence);
  const plain = plainly(evidence);
  const inWords = /^ERR_(SSL|OSSL)_/.test(tls?.code ?? '') && tls?.alert === undefined;
  const isOurs = tls?.end === 'failed' && inWords && !isGarbled(evidence);
  return isOurs && !oldVersion.test(tls.code ?? '') && (saidNothing(plain) || asksForTls(plain));
}
