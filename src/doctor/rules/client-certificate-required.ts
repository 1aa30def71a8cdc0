import type { Rule } from '../verdict.js';
import { alerts, isAfterCertificate } from './shared/tls.js';
import { wantsCertificate } from './shared/upgrade.js';

export const clientCertificateRequired: Rule = {
  code: 'client-certificate-required',
  meaning: 'the server requires a client certificate',
  advice: 'Give the client a certificate, or do not request one.',
  tls: (evidence) => {
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
};
