import type { Evidence } from './evidence.js';
import { conversionOf, holdingFix, holdingText } from './holdings.js';
import type { FileEvidence } from './project-evidence.js';
import { filesOf, listed, settingOf, settingsText, severityOf, wayOut } from './project-words.js';
import type { Rule } from './verdict.js';

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

/** Files that are no PEM of the kind that is needed. */
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
];
