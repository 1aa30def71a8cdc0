import { formRules } from './rules-form.js';
import { ownCertificateRules } from './rules-own-certificate.js';
import type { FileEvidence } from './project-evidence.js';
import { filesOf, listed, reader, settingsText, severityOf, wayOut } from './project-words.js';
import type { Rule } from './verdict.js';

/** Why files cannot be read, of one and of several, by Node's code. */
const reasons: Record<string, [string, string]> = {
  ENOENT: ['is not there', 'are not there'],
  EISDIR: ['is a folder', 'are folders'],
  EACCES: ['may not be read by this user', 'may not be read by this user'],
};

function reasonText(error: string, files: FileEvidence[]): string {
  const [one, several] = reasons[error] ?? ['cannot be read', 'cannot be read'];
  return `${listed(files.map(({ path }) => path))} ${files.length > 1 ? several : one}`;
}

/** What is wrong with each of the files, those with the same fault together. */
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

/** What to do with files of somebody's own that cannot be read. */
function readableFix(files: FileEvidence[]): string {
  if (isFolder(files)) {
    return 'Move the folder away, as a container makes one where a file that is to be mounted is missing, and put the file there.';
  }
  return files.some(({ error }) => error === 'EACCES')
    ? 'Let the user who runs the service read them, and nobody else read the key. The service itself needs no rights of root.'
    : `Correct ${settingsText(files)} in .env, or put the files where they are looked for.`;
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
        cause: `${reasonsText(unreadable)}, so that ${reader(project)} cannot start.`,
        evidence: `Looked in ${project.directory}. ${unreadable
          .map(({ path, error }) => `${path}: ${error}`)
          .join(', ')}.`,
        ...(refused || isFolder(unreadable)
          ? { fix: readableFix(unreadable) }
          : wayOut(evidence, readableFix(unreadable), unreadable)),
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
          ? `The private key ${file.path} is encrypted, and KEY_PASSPHRASE does not open it.`
          : `The private key ${file.path} is encrypted, and KEY_PASSPHRASE is empty.`,
        evidence: `${file.path} says ENCRYPTED, and cannot be opened.`,
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
          : ` OpenSSL does not notice that by itself: every handshake would fail.`;
      return {
        ...severityOf(evidence),
        cause:
          fitsAt === undefined
            ? `The private key ${key} does not belong to the certificate ${cert}.${mixed}`
            : `The certificates in ${cert} stand in the wrong order: the key belongs to number ${fitsAt}, and the server's own has to be the first.`,
        evidence: `The key is ${keyType.toUpperCase()}; the first certificate is of "${certificate.facts.subject}", for a key of ${theirs.toUpperCase()}.`,
        ...wayOut(
          evidence,
          fitsAt === undefined
            ? 'Name the key with which the certificate was requested in PRIV_KEY, or have a new certificate issued.'
            : `Move certificate ${fitsAt} to the beginning of ${cert}, and behind it the one that signed it.`,
        ),
      };
    },
  },
  ...ownCertificateRules,
];
