import type { Rule } from '../verdict.js';
import { clientCertificateRequired } from './client-certificate-required.js';

export const clientCertificateRequested: Rule = {
  code: 'client-certificate-requested',
  meaning: 'the server asks for a client certificate, so Chromium opens no socket',
  tls: (evidence) => {
    const { handshakes } = evidence;
    const isRequested = [handshakes?.Chromium, handshakes?.Firefox].some(
      (each) => each?.requestsCertificate === true,
    );
    if (!isRequested || clientCertificateRequired.tls?.(evidence) !== undefined) {
      return undefined;
    }
    return {
      clients: ['browser'],
      browsers: ['Chromium'],
      cause:
        'The server asks for a client certificate. Chromium cannot show a dialog for a socket, so it cancels the handshake.',
      evidence:
        'A CertificateRequest came in the handshake. The server also accepts clients without a certificate.',
      fix: 'Do not request a client certificate (`requestCert` in Node.js, `ssl_verify_client` in nginx) on this port.',
    };
  },
};
