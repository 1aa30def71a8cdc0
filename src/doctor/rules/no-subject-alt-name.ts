import type { Rule } from '../verdict.js';
import { certificateFile, pathOf } from './shared/certificate-file.js';
import { renewServed } from './shared/certificate-fix.js';
import { shortened } from './shared/text.js';

export const noSubjectAltName: Rule = {
  code: 'no-subject-alt-name',
  meaning: 'the certificate has no subjectAltName, where browsers look for names',
  certificate: (evidence) => {
    const certificate = evidence.tls?.chain[0];
    if (certificate === undefined || certificate.names !== undefined) {
      return undefined;
    }
    const { commonName, coversBySubject: covers } = certificate;
    const name =
      commonName === undefined
        ? 'It contains no name.'
        : `Its subject has the name "${shortened(commonName)}", but it has no subjectAltName.`;
    return {
      ...(covers ? { clients: ['browser'] } : {}),
      cause: "The server's certificate has no subjectAltName, where clients look for names.",
      evidence: `${name}${covers ? ' Node.js and curl still use the name in its subject.' : ''}`,
      ...renewServed(evidence, `Get a certificate with ${evidence.target.host} as subjectAltName.`),
    };
  },
  files: certificateFile(({ names, commonName }, evidence) =>
    names !== undefined
      ? undefined
      : {
          cause: `The service refuses the certificate ${pathOf(evidence)}: it has no subjectAltName, where clients look for names.`,
          evidence:
            commonName === undefined
              ? 'It contains no name.'
              : `Only its subject has a name: "${commonName}".`,
        },
  ),
};
