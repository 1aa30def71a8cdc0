import type { Code, Rule } from '../verdict.js';
import { addressFamily } from './address-family.js';
import {
  appleRefusesCertificate,
  browserRefusesCertificate,
} from './browser-refuses-certificate.js';
import { browserHandshake } from './browser-handshake.js';
import { browserProxy } from './browser-proxy.js';
import { caNotTrusted } from './ca-not-trusted.js';
import { cannotListen } from './cannot-listen.js';
import { chainRefused } from './chain-refused.js';
import { clientCertificateRequested } from './client-certificate-requested.js';
import { clientCertificateRequired } from './client-certificate-required.js';
import { closedAfterPing } from './closed-after-ping.js';
import { closedByApplication } from './closed-by-application.js';
import { contentSecurityPolicy } from './content-security-policy.js';
import { dns } from './dns.js';
import { elsewhereRules } from './elsewhere.js';
import { encryptedKey } from './encrypted-key.js';
import { expired } from './expired.js';
import { forbidden } from './forbidden.js';
import { handlerDied } from './handler-died.js';
import { headersTooLarge } from './headers-too-large.js';
import { healthy } from './healthy.js';
import { http2Only } from './http2-only.js';
import { http2Websocket } from './http2-websocket.js';
import { httpForm } from './http-form.js';
import { idleTimeout } from './idle-timeout.js';
import { invalidSetting } from './invalid-setting.js';
import { keyMismatch } from './key-mismatch.js';
import { localNetworkAccess } from './local-network-access.js';
import { missingIntermediate } from './missing-intermediate.js';
import { mixedContent } from './mixed-content.js';
import { nameMismatch } from './name-mismatch.js';
import { noCommonTls } from './no-common-tls.js';
import { noPong } from './no-pong.js';
import { noSubjectAltName } from './no-subject-alt-name.js';
import { noUsableCertificate } from './no-usable-certificate.js';
import { notAServerCertificate } from './not-a-server-certificate.js';
import { notAWebsocketRoute } from './not-a-websocket-route.js';
import { noKnownCause, notAWebsocketServer } from './not-a-websocket-server.js';
import { notPem } from './not-pem.js';
import { notTls } from './not-tls.js';
import { notYetValid } from './not-yet-valid.js';
import { originRefused } from './origin-refused.js';
import { originUnchecked } from './origin-unchecked.js';
import { otherMkcertCa } from './other-mkcert-ca.js';
import { pageNotReached } from './page-not-reached.js';
import { plainOnTlsPort } from './plain-on-tls-port.js';
import { portClosed } from './port-closed.js';
import { portInUse } from './port-in-use.js';
import { privateCa } from './private-ca.js';
import { proxyUnknownHost } from './proxy-unknown-host.js';
import { proxyUpstream } from './proxy-upstream.js';
import { redirect } from './redirect.js';
import { resetBeforeTls } from './reset-before-tls.js';
import { selfSigned } from './self-signed.js';
import { serverError } from './server-error.js';
import { silent } from './silent.js';
import { subprotocol } from './subprotocol.js';
import { tlsOnPlainPort } from './tls-on-plain-port.js';
import { tlsOnlyName } from './tls-only-name.js';
import { tlsVersion } from './tls-version.js';
import { tooManyRequests } from './too-many-requests.js';
import { unauthorized } from './unauthorized.js';
import { unreachable } from './unreachable.js';
import { unreadableFile } from './unreadable-file.js';
import { unsafePort } from './unsafe-port.js';
import { upgradeIgnored } from './upgrade-ignored.js';
import { upgradeStripped } from './upgrade-stripped.js';
import { verificationDisabled } from './verification-disabled.js';
import { weakKey } from './weak-key.js';
import { wrongPath } from './wrong-path.js';

/**
 * All rules; each judges all evidence. Verdicts at the same stage are shown in this order, and the README
 * lists the codes in it.
 */
export const rules: Rule[] = [
  [unreadableFile, invalidSetting, originRefused, verificationDisabled],
  [notPem, encryptedKey, keyMismatch],
  [expired, notYetValid, nameMismatch, noSubjectAltName, notAServerCertificate, weakKey],
  [browserRefusesCertificate, appleRefusesCertificate],
  [
    dns,
    portInUse,
    cannotListen,
    portClosed,
    addressFamily,
    elsewhereRules,
    unreachable,
    unsafePort,
  ],
  [browserProxy, tlsOnlyName],
  [tlsOnPlainPort, notTls, http2Only, tlsVersion, noUsableCertificate, clientCertificateRequired],
  [noCommonTls, clientCertificateRequested],
  [resetBeforeTls, silent, browserHandshake, subprotocol, httpForm, http2Websocket],
  [caNotTrusted, otherMkcertCa, selfSigned, missingIntermediate, privateCa],
  [chainRefused],
  [plainOnTlsPort, redirect, wrongPath, upgradeStripped, upgradeIgnored, serverError],
  [
    tooManyRequests,
    headersTooLarge,
    forbidden,
    unauthorized,
    originUnchecked,
    proxyUnknownHost,
    proxyUpstream,
  ],
  [notAWebsocketRoute, closedByApplication, handlerDied, notAWebsocketServer, noPong, idleTimeout],
  [closedAfterPing],
  [pageNotReached, mixedContent, localNetworkAccess, contentSecurityPolicy],
].flat(2);

/** What is said if no verdict blocks: the first that applies. */
export const fallbacks: Rule[] = [noKnownCause, healthy];

/** @returns the rule with a code */
export function ruleOf(code: Code): Rule | undefined {
  return [healthy, ...rules].find((rule) => rule.code === code);
}

/** Every code that a verdict can have, with its meaning: a closed list that scripts may rely on. */
export const meanings: Record<string, string> = Object.fromEntries(
  [healthy, ...rules].map(({ code, meaning }) => [code, meaning]),
);
