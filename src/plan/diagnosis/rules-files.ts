import type { Evidence } from './evidence.js';
import { conversionOf, holdingFix, holdingText } from './holdings.js';
import type { FileEvidence } from './project-evidence.js';
import { listed, reader, settingOf, severityOf, wayOut } from './project-words.js';
import { ownCertificateRules } from './rules-own-certificate.js';
import type { Rule } from './verdict.js';

function filesOf({ project }: Evidence, state: FileEvidence['state']): FileEvidence[] {
  return project?.files.filter((file) => file.state === state) ?? [];
}

const reasons: Record<string, string> = {
  ENOENT: 'is not there',
  EISDIR: 'is a folder',
  EACCES: 'may not be read by this user',
};

function reasonText({ path, error = '' }: FileEvidence): string {
  return `${path} ${reasons[error] ?? `cannot be read (${error})`}`;
}

function settingsText(files: FileEvidence[]): string {
  return listed(files.map(settingOf));
}

/** What to do with files of somebody's own that cannot be read. */
function readableFix(files: FileEvidence[]): string {
  return files.some(({ error }) => error === 'EACCES')
    ? 'Let the user who runs the service read them, and nobody else read the key. The service itself needs no rights of root.'
    : `Correct ${settingsText(files)} in .env, or put the files where they are looked for.`;
}

/** OpenSSL takes a chain in which nothing is PEM for none: the service starts without it. */
function isLeftOut({ project }: Evidence, wrong: FileEvidence[]): boolean {
  const keepsFromStarting = project?.pair?.refusal !== undefined;
  return wrong.every(({ role }) => role === 'chain') && !keepsFromStarting;
}

/** The key where the certificate should be, and the other way round. */
function isSwapped(wrong: FileEvidence[]): boolean {
  return (
    wrong.length === 2 && wrong.every(({ holds = '' }) => /^(certificate|private-key)$/.test(holds))
  );
}

function consequence(evidence: Evidence, wrong: FileEvidence[]): string {
  if (isSwapped(wrong)) {
    return 'The two are swapped.';
  }
  return isLeftOut(evidence, wrong)
    ? 'The service starts, and sends no intermediate certificate.'
    : 'Nothing can be served with that.';
}

function formFix(wrong: FileEvidence[]): string {
  return isSwapped(wrong)
    ? `Swap ${settingsText(wrong)} in .env.`
    : wrong.map(holdingFix).join(' ');
}

/** What OpenSSL's words are about, where they are not about the length of a key. */
function isAboutForm(refusal: string): boolean {
  return !/too (small|weak)/i.test(refusal);
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
        cause: `${listed(unreadable.map(reasonText))}, so that ${reader(project)} cannot start.`,
        evidence: `Looked in ${project.directory}. ${unreadable
          .map(({ path, error }) => `${path}: ${error}`)
          .join(', ')}.`,
        ...(refused
          ? { fix: readableFix(unreadable) }
          : wayOut(evidence, readableFix(unreadable), unreadable)),
      };
    },
  },
  {
    code: 'not-pem',
    stage: 'files',
    judge: (evidence) => {
      const wrong = filesOf(evidence, 'wrong');
      const { project } = evidence;
      if (project === undefined || wrong.length === 0) {
        return undefined;
      }
      return {
        ...(isLeftOut(evidence, wrong) ? { severity: 'warning' as const } : severityOf(evidence)),
        cause: `${listed(wrong.map(holdingText))}. ${consequence(evidence, wrong)}`,
        evidence: wrong.map((file) => `${settingOf(file)}=${file.path}: ${file.holds}.`).join(' '),
        ...(project.development ? {} : { commands: wrong.flatMap(conversionOf) }),
        ...wayOut(evidence, formFix(wrong), wrong),
      };
    },
  },
  {
    code: 'not-pem',
    stage: 'files',
    judge: (evidence) => {
      const refusal = evidence.project?.pair?.refusal;
      // A file that is wrong by itself is named by the row above.
      if (refusal === undefined || !isAboutForm(refusal) || filesOf(evidence, 'wrong').length > 0) {
        return undefined;
      }
      return {
        ...severityOf(evidence),
        cause:
          'The first certificate is good, and what stands behind it cannot be read: the chain is cut off or damaged.',
        evidence: `OpenSSL says: ${refusal}.`,
        ...wayOut(evidence, 'Copy the files of CERT_KEY and CA_CERT again from where they came.'),
      };
    },
  },
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
        ...wayOut(
          evidence,
          known
            ? 'Correct KEY_PASSPHRASE in .env.'
            : 'Set KEY_PASSPHRASE in .env, or in the environment of the service.',
        ),
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
