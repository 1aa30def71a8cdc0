import type { Rule } from '../verdict.js';
import { certificateFile, pathOf } from './shared/certificate-file.js';
import { renewServed } from './shared/certificate-fix.js';
import type { CertificateFacts } from '../certificate-evidence.js';

/** `id-kp-serverAuth` (RFC 5280, section 4.2.1.12); OpenSSL does not take `anyExtendedKeyUsage` for it. */
const serverUsage = '1.3.6.1.5.5.7.3.1';

/** What it may be used for, where that is not to serve. */
function otherUsages({ usages }: CertificateFacts): string | undefined {
  return usages === undefined || usages.includes(serverUsage)
    ? undefined
    : `Its extended key usage is ${usages.join(', ')}, not ${serverUsage} (serverAuth).`;
}

export const notAServerCertificate: Rule = {
  code: 'not-a-server-certificate',
  meaning: 'the certificate is not for use by servers',
  certificate: (evidence) => {
    const certificate = evidence.tls?.chain[0];
    const usages = certificate === undefined ? undefined : otherUsages(certificate);
    return usages === undefined
      ? undefined
      : {
          cause: "The server's certificate is not for use by servers.",
          evidence: usages,
          ...renewServed(
            evidence,
            'Get a certificate for servers: with mkcert, leave out -client.',
          ),
        };
  },
  files: certificateFile((facts, evidence) => {
    const usages = otherUsages(facts);
    return usages === undefined
      ? undefined
      : {
          cause: `The certificate ${pathOf(evidence)} is not for use by servers.`,
          evidence: usages,
        };
  }),
};
