import type { Rule } from '../verdict.js';
import { certificateFile, pathOf } from './shared/certificate-file.js';
import { renewServed } from './shared/certificate-fix.js';
import { isForAnything } from './shared/refusals.js';
import { someOf } from './shared/text.js';
import { extendedUsages, type CertificateFacts } from '../../core/certificate-facts.js';

/** @returns whether servers may use it; OpenSSL does not count `anyExtendedKeyUsage` */
export function isForServers({ usages }: CertificateFacts): boolean {
  return usages === undefined || usages.includes(extendedUsages.server);
}

/** What it may be used for, where that is not to serve. */
function otherUsages(facts: CertificateFacts): string | undefined {
  const { usages = [] } = facts;
  return isForServers(facts)
    ? undefined
    : `Its extended key usage is ${someOf(usages)}, not ${extendedUsages.server} (serverAuth).`;
}

export const notAServerCertificate: Rule = {
  code: 'not-a-server-certificate',
  meaning: 'the certificate is not for use by servers',
  certificate: (evidence) => {
    const certificate = evidence.tls?.chain[0];
    const usages = certificate === undefined ? undefined : otherUsages(certificate);
    return certificate === undefined || usages === undefined
      ? undefined
      : {
          ...(isForAnything(certificate) ? { browsers: ['Firefox'] } : {}),
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
