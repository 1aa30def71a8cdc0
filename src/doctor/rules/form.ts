import type { Evidence } from '../evidence.js';
import { conversionOf, contentsFix, contentsText } from './holdings.js';
import type { FileEvidence } from '../project-evidence.js';
import {
  filesOf,
  listed,
  settingOf,
  settingsText,
  severityOf,
  renewPair,
} from './project-words.js';
import type { Rule } from './verdict.js';

/** OpenSSL ignores a chain file without any PEM: the service starts without it. */
function isLeftOut({ project }: Evidence, wrong: FileEvidence[]): boolean {
  const keepsFromStarting = project?.pair?.refusal !== undefined;
  return wrong.every(({ role }) => role === 'chain') && !keepsFromStarting;
}

/** The key is where the certificate should be, and the other way round. */
function isSwapped(wrong: FileEvidence[]): boolean {
  return (
    wrong.length === 2 &&
    wrong.every(({ contents = '' }) => /^(certificate|private-key)$/.test(contents))
  );
}

function consequence(evidence: Evidence, wrong: FileEvidence[]): string {
  if (isSwapped(wrong)) {
    return 'The two files are swapped.';
  }
  return isLeftOut(evidence, wrong)
    ? 'The service starts, but does not send an intermediate certificate.'
    : 'A server cannot use this.';
}

function formFix(wrong: FileEvidence[]): string {
  return isSwapped(wrong)
    ? `Swap ${settingsText(wrong)} in .env.`
    : wrong.map(contentsFix).join(' ');
}

/** Whether OpenSSL refuses the form of the files, not the length of a key. */
function isAboutForm(refusal: string): boolean {
  return !/too (small|weak)/i.test(refusal);
}

/** Files that do not contain the PEM that is needed. */
export const formRules: Rule[] = [
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
        cause: `${listed(wrong.map(contentsText))}. ${consequence(evidence, wrong)}`,
        evidence: wrong
          .map((file) => `${settingOf(file)}=${file.path}: ${file.contents}.`)
          .join(' '),
        ...(project.development ? {} : { commands: wrong.flatMap(conversionOf) }),
        ...renewPair(evidence, formFix(wrong), wrong),
      };
    },
  },
  {
    code: 'not-pem',
    stage: 'files',
    judge: (evidence) => {
      const refusal = evidence.project?.pair?.refusal;
      // The rule above reports a file that is wrong by itself.
      if (refusal === undefined || !isAboutForm(refusal) || filesOf(evidence, 'wrong').length > 0) {
        return undefined;
      }
      return {
        ...severityOf(evidence),
        cause:
          'The first certificate is good, but the rest of the chain cannot be read: it is cut off or damaged.',
        evidence: `OpenSSL says: ${refusal}.`,
        ...renewPair(evidence, 'Copy the files of CERT_KEY and CA_CERT from their source again.'),
      };
    },
  },
];
