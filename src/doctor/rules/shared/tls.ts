import type { Evidence, TlsEvidence } from '../../evidence.js';

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

/** @returns the handshake, where it failed */
export function failedTls({ tls }: Evidence): TlsEvidence | undefined {
  return tls === undefined || tls.end === 'secure' ? undefined : tls;
}

/** @returns whether this alert ended it */
export function endedBy(evidence: Evidence, alert: number): boolean {
  return failedTls(evidence)?.alert === alert;
}

/** @returns whether bytes begin like a TLS record: an alert or a handshake (RFC 8446, 5.1) */
export function isTlsRecord(bytes: string): boolean {
  return /^\\u\{1[56]\}\\u\{3\}/.test(bytes);
}

/** @returns whether the port sends nothing as plain text */
export function isSilentInPlain({ otherScheme }: Evidence): boolean {
  const { answer, bytes = '' } = otherScheme?.plain ?? {};
  return answer === undefined && (bytes === '' || isTlsRecord(bytes));
}

/** @returns whether the server answers in plain text that it speaks TLS */
export function asksForTls({ otherScheme }: Evidence): boolean {
  return /HTTPS (port|server)|SSL-enabled/i.test(otherScheme?.plain?.answer?.body ?? '');
}

interface Alerted {
  alert?: number | undefined;
  code?: string | undefined;
}

/** @returns the number of the alert and OpenSSL's name of the error */
export function alertText({ alert, code = '' }: Alerted): string {
  return alert === undefined ? code : `TLS alert ${alert} (${code})`;
}

/** @returns how it ended, in a sentence */
export function failureText(evidence: Evidence): string {
  const tls = failedTls(evidence);
  return tls === undefined ? '' : `The handshake failed with ${alertText(tls)}.`;
}

/** @returns the subject of a sentence about the port */
export function portText({ target }: Evidence): string {
  return `Port ${target.port} of ${target.host}`;
}

/**
 * @returns whether the general alert came after the server's own certificate: in TLS 1.2 a handshake
 * without a required client certificate ends like this
 */
export function isAfterCertificate(evidence: Evidence): boolean {
  const shown = (failedTls(evidence)?.chain.length ?? 0) > 0;
  return shown && endedBy(evidence, alerts.handshakeFailure);
}

/** OpenSSL's names for a version that it does not support itself. */
export const oldVersion = /UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW|WRONG_SSL_VERSION/;

/** @returns whether the server answers handshakes with bytes that only begin like TLS, or not even that */
export function isBroken({ handshakes }: Evidence): boolean {
  return handshakes?.Chromium.isBroken === true && handshakes.Firefox.isBroken === true;
}

/** @returns whether the server supports no version that current clients support */
export function isTooOld(evidence: Evidence): boolean {
  const tls = failedTls(evidence);
  const byCode =
    tls?.alert === undefined && !isBroken(evidence) && oldVersion.test(tls?.code ?? '');
  const isTls = isSilentInPlain(evidence) || asksForTls(evidence);
  return tls?.alert === alerts.protocolVersion || (byCode && isTls);
}

/** OpenSSL's names for bytes that are not TLS records. */
const noRecord =
  /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNKNOWN_PROTOCOL|HTTP_REQUEST|UNEXPECTED_EOF/;

/** @returns whether the bytes of the other side are not even TLS records */
export function hasNoRecord(evidence: Evidence): boolean {
  return noRecord.test(failedTls(evidence)?.code ?? '');
}

/** @returns whether the other side sent something other than TLS */
export function isOtherProtocol(evidence: Evidence): boolean {
  const tls = failedTls(evidence);
  const isNone = isBroken(evidence) || hasNoRecord(evidence);
  return tls?.end === 'failed' && tls.alert === undefined && isNone;
}
