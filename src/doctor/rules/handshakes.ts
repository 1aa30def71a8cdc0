import { isTlsRecord } from './signals.js';
import type { Evidence, TlsEvidence, UpgradeEvidence } from '../evidence.js';

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

/** Alerts with their own rule. */
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

/** @returns whether it sent nothing as plain text */
export function saidNothing(plain: UpgradeEvidence | undefined): boolean {
  const bytes = plain?.bytes ?? '';
  return plain?.answer === undefined && (bytes === '' || isTlsRecord(bytes));
}

/** @returns whether a server answers in plain text that it speaks TLS */
export function asksForTls(plain: UpgradeEvidence | undefined): boolean {
  return /HTTPS (port|server)|SSL-enabled/i.test(plain?.answer?.body ?? '');
}

/** @returns whether the port speaks HTTP and has sent no TLS */
export function speaksPlainly(evidence: Evidence): boolean {
  const plain = plainly(evidence);
  const isSilent = failed(evidence)?.alert === undefined;
  return isSilent && plain?.answer !== undefined && !asksForTls(plain);
}

/** @returns the number of the alert and OpenSSL's name of the error */
export function alertText({ alert, code = '' }: TlsEvidence): string {
  return alert === undefined ? code : `TLS alert ${alert} (${code})`;
}

/** @returns how it ended, in a sentence */
export function said(evidence: Evidence): string {
  const tls = failed(evidence);
  return tls === undefined ? '' : `The handshake failed with ${alertText(tls)}.`;
}

/** @returns the subject of a sentence about the port */
export function where({ target }: Evidence): string {
  return `Port ${target.port} of ${target.host}`;
}

/**
 * @returns whether the general alert came after the server's own certificate: in TLS 1.2 a handshake
 * without a required client certificate ends like this
 */
export function isAfterCertificate(evidence: Evidence): boolean {
  const shown = (failed(evidence)?.chain.length ?? 0) > 0;
  return shown && failedBy(evidence, alerts.handshakeFailure);
}

/** OpenSSL's names for a version that it does not support itself. */
const oldVersion = /UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW|WRONG_SSL_VERSION/;

/** @returns whether the server supports no version that current clients support */
export function isTooOld(evidence: Evidence): boolean {
  const tls = failed(evidence);
  const plain = plainly(evidence);
  const byCode = tls?.alert === undefined && oldVersion.test(tls?.code ?? '');
  const isTls = saidNothing(plain) || asksForTls(plain);
  return tls?.alert === alerts.protocolVersion || (byCode && isTls);
}

/** OpenSSL's names for bytes that are not TLS records. */
const noRecord =
  /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNKNOWN_PROTOCOL|HTTP_REQUEST|UNEXPECTED_EOF/;

/** @returns whether the other side sent something other than TLS */
export function isGarbled(evidence: Evidence): boolean {
  const tls = failed(evidence);
  return tls?.end === 'failed' && tls.alert === undefined && noRecord.test(tls.code ?? '');
}

/** @returns whether this side ended the handshake, because it refuses something in it */
export function isRefusedHere(evidence: Evidence): boolean {
  const tls = failed(evidence);
  const plain = plainly(evidence);
  const inWords = /^ERR_(SSL|OSSL)_/.test(tls?.code ?? '') && tls?.alert === undefined;
  const isOurs = tls?.end === 'failed' && inWords && !isGarbled(evidence);
  return isOurs && !oldVersion.test(tls.code ?? '') && (saidNothing(plain) || asksForTls(plain));
}
