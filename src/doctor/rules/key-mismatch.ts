import type { Rule } from '../verdict.js';
import { renewPair } from './shared/certificate-fix.js';
import { severityOf } from './shared/project-files.js';

export const keyMismatch: Rule = {
  code: 'key-mismatch',
  meaning: 'the private key does not belong to the certificate',
  advice: 'Check that the key belongs to the certificate.',
  files: (evidence) => {
    const { pair, certificate, files = [] } = evidence.project ?? {};
    if (pair?.fits !== false || certificate === undefined) {
      return undefined;
    }
    const [key = '', cert = ''] = files.map(({ path }) => path);
    const { fitsAt, keyType } = pair;
    const theirs = certificate.facts.keyType;
    const mixed =
      keyType === theirs
        ? ''
        : ` OpenSSL does not notice this at start, so every handshake would fail.`;
    return {
      ...severityOf(evidence),
      cause:
        fitsAt === undefined
          ? `The private key ${key} does not belong to the certificate ${cert}.${mixed}`
          : `The certificates in ${cert} are in the wrong order: the key belongs to number ${fitsAt}. The server's own certificate must come first.`,
      evidence: `The key is ${keyType.toUpperCase()}. The first certificate is for "${certificate.facts.subject}", with a key of type ${theirs.toUpperCase()}.`,
      ...(fitsAt === undefined
        ? renewPair(
            evidence,
            'Set PRIV_KEY to the key with which the certificate was requested, or get a new certificate.',
          )
        : {
            fix: `Move certificate ${fitsAt} to the start of ${cert}, followed by the one that signed it.`,
          }),
    };
  },
};
