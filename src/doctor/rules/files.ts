import { formRules } from './form.js';
import { ownCertificateRules } from './own-certificate.js';
import type { FileEvidence } from '../project-evidence.js';
import { filesOf, listed, reader, settingsText, severityOf, renewPair } from './project-words.js';
import type { Rule } from './verdict.js';

/** Why one file or several files cannot be read, by Node's code. */
const reasons: Record<string, [string, string]> = {
  ENOENT: ['does not exist', 'do not exist'],
  EISDIR: ['is a folder', 'are folders'],
  EACCES: ['cannot be read by this user', 'cannot be read by this user'],
};

function reasonText(error: string, files: FileEvidence[]): string {
  const [one, several] = reasons[error] ?? ['cannot be read', 'cannot be read'];
  return `${listed(files.map(({ path }) => path))} ${files.length > 1 ? several : one}`;
}

/** What is wrong with the files, grouped by error. */
function reasonsText(files: FileEvidence[]): string {
  const errors = [...new Set(files.map(({ error = '' }) => error))];
  return listed(
    errors.map((each) =>
      reasonText(
        each,
        files.filter(({ error = '' }) => error === each),
      ),
    ),
  );
}

function isFolder(files: FileEvidence[]): boolean {
  return files.some(({ error }) => error === 'EISDIR');
}

/** What to do about the user's own files that cannot be read. */
function readableFix(files: FileEvidence[]): string {
  if (isFolder(files)) {
    return 'Move the folder away and put the file there. Docker creates a folder when a file to mount is missing.';
  }
  return files.some(({ error }) => error === 'EACCES')
    ? 'Let only the user who runs the service read the key, and let that user read the certificate. The service need not run as root.'
    : `Correct ${settingsText(files)} in .env, or put the files at these paths.`;
}

export const fileRules: Rule[] = [
  {
    code: 'unreadable-file',
    stage: 'files',
    judge: (evidence) => {
      const unreadable = filesOf(evidence, 'unreadable');
      const { project } = evidence;
      if (project === undefined || unreadable.length === 0) {
        return undefined;
      }
      const refused = unreadable.some(({ error }) => error === 'EACCES');
      return {
        ...severityOf(evidence),
        cause: `${reasonsText(unreadable)}, so ${reader(project)} cannot start.`,
        evidence: `Folder: ${project.directory}. ${unreadable
          .map(({ path, error }) => `${path}: ${error}`)
          .join(', ')}.`,
        ...(refused || isFolder(unreadable)
          ? { fix: readableFix(unreadable) }
          : renewPair(evidence, readableFix(unreadable), unreadable)),
      };
    },
  },
  ...formRules,
  {
    code: 'encrypted-key',
    stage: 'files',
    judge: (evidence) => {
      const [file] = filesOf(evidence, 'encrypted');
      const { project } = evidence;
      if (file === undefined || project === undefined) {
        return undefined;
      }
      const known = project.passphrase;
      return {
        ...severityOf(evidence),
        cause: known
          ? `The private key ${file.path} is encrypted, and KEY_PASSPHRASE does not decrypt it.`
          : `The private key ${file.path} is encrypted, but KEY_PASSPHRASE is empty.`,
        evidence: `${file.path} is marked ENCRYPTED and cannot be decrypted.`,
        fix: known
          ? 'Correct KEY_PASSPHRASE in .env.'
          : 'Set KEY_PASSPHRASE in .env, or in the environment of the service.',
      };
    },
  },
  {
    code: 'key-mismatch',
    stage: 'files',
    judge: (evidence) => {
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
        ...renewPair(
          evidence,
          fitsAt === undefined
            ? 'Set PRIV_KEY to the key with which the certificate was requested, or get a new certificate.'
            : `Move certificate ${fitsAt} to the start of ${cert}, followed by the one that signed it.`,
        ),
      };
    },
  },
  ...ownCertificateRules,
];
