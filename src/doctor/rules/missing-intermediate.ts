import type { Evidence } from '../evidence.js';
import type { ProjectEvidence } from '../project-evidence.js';
import type { TrustEvidence } from '../trust-evidence.js';
import type { Rule } from '../verdict.js';
import { placeOf } from './shared/project-files.js';
import { isLeafOnly, untrusted } from './shared/trust.js';

/** The setting that makes the service send a file: the one for the own certificate, or that for the rest. */
function settingFix(file: string, isWhole: boolean, evidence: Evidence): string {
  const { project } = evidence;
  const name = isWhole ? 'CERT_KEY' : 'CA_CERT';
  if (project?.terminator !== 'service') {
    return isWhole
      ? `The whole chain is in ${file}: make the server send that instead of its own certificate.`
      : `It is in ${file}: send that after the server's own certificate.`;
  }
  return isSame(file, project.settings[name], project)
    ? `It is in ${file}, which ${name} names: restart the service.`
    : `Set ${name}=${file} ${placeOf(project, name)}, and restart the service.`;
}

/** Whether a setting of the project names a file. */
function isSame(file: string, path: string, { directory }: ProjectEvidence): boolean {
  return file === path || file === `${directory}/${path}`;
}

function chainFix(trust: TrustEvidence, evidence: Evidence): string {
  const { issuerFile, issuerFileIsWhole = false, issuerUrl, caFile } = trust;
  const where =
    issuerFile !== undefined
      ? settingFix(issuerFile, issuerFileIsWhole, evidence)
      : 'Make the server send the full chain: not cert.pem but fullchain.pem, with its own certificate first, then the intermediate.';
  const source = issuerUrl === undefined ? '' : ` The CA publishes it at ${issuerUrl}.`;
  const own =
    issuerFile === undefined && caFile === undefined
      ? ' If a private CA signed it directly, install its root certificate on the clients instead.'
      : '';
  return `${where}${source}${own}`;
}

export const missingIntermediate: Rule = {
  code: 'missing-intermediate',
  meaning: 'the server does not send the intermediate certificate',
  trust: untrusted((trust, evidence) => {
    if (!isLeafOnly(trust) || trust.namesake !== undefined) {
      return undefined;
    }
    const isShown = trust.issuerFile !== undefined || trust.logged;
    return {
      cause:
        'The server only sends its own certificate, not the intermediate certificate that signed it.',
      fix: chainFix(trust, evidence),
      alternatives: isShown ? [] : ['private-ca'],
    };
  }),
};
