import type { Evidence } from '../evidence.js';
import type { FileEvidence } from '../project-evidence.js';
import type { Rule } from '../verdict.js';
import { renewPair } from './shared/certificate-fix.js';
import { contentsFix, contentsText, conversionOf } from './shared/file-contents.js';
import { filesOf, settingOf, placeOf, settingsText, severityOf } from './shared/project-files.js';
import { listed } from './shared/text.js';

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

function formFix({ project }: Evidence, wrong: FileEvidence[]): string {
  return isSwapped(wrong)
    ? `Swap ${settingsText(wrong)} ${placeOf(project, ...wrong.map(settingOf))}.`
    : wrong.map(contentsFix).join(' ');
}

/** Whether OpenSSL refuses the form of the files, not the length of a key. */
function isAboutForm(refusal: string): boolean {
  return !/too (small|weak)/i.test(refusal);
}

export const notPem: Rule = {
  code: 'not-pem',
  meaning: 'a key or certificate file does not contain the PEM that is needed',
  files: (evidence) => {
    const wrong = filesOf(evidence, 'wrong');
    if (wrong.length > 0) {
      return {
        ...(isLeftOut(evidence, wrong) ? { severity: 'warning' } : severityOf(evidence)),
        cause: `${listed(wrong.map(contentsText))}. ${consequence(evidence, wrong)}`,
        evidence: wrong
          .map((file) => `${settingOf(file)}=${file.path}: ${file.contents}.`)
          .join(' '),
        commands: evidence.project?.development === true ? [] : wrong.flatMap(conversionOf),
        ...renewPair(evidence, formFix(evidence, wrong), wrong),
      };
    }
    const refusal = evidence.project?.pair?.refusal;
    return refusal !== undefined && isAboutForm(refusal)
      ? {
          ...severityOf(evidence),
          cause:
            'The first certificate is good, but the rest of the chain cannot be read: it is cut off or damaged.',
          evidence: `OpenSSL says: ${refusal}.`,
          ...renewPair(evidence, 'Copy the files of CERT_KEY and CA_CERT from their source again.'),
        }
      : undefined;
  },
};
