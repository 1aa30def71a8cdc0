import type { Rule } from '../verdict.js';
import { filesOf, placeOf, severityOf } from './shared/project-files.js';

export const encryptedKey: Rule = {
  code: 'encrypted-key',
  meaning: 'the private key is encrypted, and its passphrase is missing or wrong',
  files: (evidence) => {
    const [file] = filesOf(evidence, 'encrypted');
    if (file === undefined) {
      return undefined;
    }
    const given = evidence.project?.passphrase === true;
    return {
      ...severityOf(evidence),
      cause: given
        ? `The private key ${file.path} is encrypted, and KEY_PASSPHRASE does not decrypt it.`
        : `The private key ${file.path} is encrypted, but KEY_PASSPHRASE is empty.`,
      evidence: `${file.path} is marked ENCRYPTED and cannot be decrypted.`,
      fix: `${given ? 'Correct' : 'Set'} KEY_PASSPHRASE ${placeOf(evidence.project, 'KEY_PASSPHRASE')}.`,
    };
  },
};
