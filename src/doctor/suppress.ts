import type { Evidence } from './evidence.js';
import { isNotRunning } from './rules/port-closed.js';
import { isPortKnown } from './rules/shared/project-target.js';
import { stages, weightOf, type Code, type StageName, type Verdict } from './verdict.js';

/** What only a handshake of another kind can show: it explains why the usual one failed. */
const proofs: { code: string; explains: StageName[] }[] = [
  { code: 'subprotocol', explains: ['upgrade', 'origin', 'proxy'] },
  { code: 'large-client-hello', explains: ['tls'] },
];

/** Whether another verdict proves the cause of what this one supposes. */
function isProven({ code, stage, severity }: Verdict, all: Verdict[]): boolean {
  return proofs.some(
    (proof) =>
      severity === 'blocking' &&
      code !== proof.code &&
      proof.explains.includes(stage) &&
      all.some((other) => other.code === proof.code && other.severity === 'blocking'),
  );
}

/** What a connection shows when the service cannot listen: nothing new. */
const unanswered: Code[] = ['port-closed', 'wrong-address-family', 'unreachable'];

/** What keeps the service from listening. */
const refusals: Code[] = ['port-forbidden', 'address-not-available', 'port-in-use'];

/** What is said about the certificate in a file. */
const aboutCertificate: Code[] = [
  'expired',
  'not-yet-valid',
  'name-mismatch',
  'no-subject-alt-name',
  'not-a-server-certificate',
  'weak-key',
];

/** @returns whether a verdict is of a stage, or of a later one */
export function isFrom(first: StageName, { stage }: Pick<Verdict, 'stage'>): boolean {
  return stages.indexOf(stage) >= stages.indexOf(first);
}

/** The settings do not say on which port the service listens. */
function isPortUnknown({ project }: Evidence): boolean {
  if (project === undefined || project.proxied || project.typed === true) {
    return false;
  }
  return !isPortKnown(project) || project.settings.PORT === 0;
}

/** @returns whether another program certainly answers on the service's port */
export function isOtherProgram(verdicts: Verdict[], { project }: Evidence): boolean {
  const taken = project?.listening?.some(({ state }) => state === 'accepts') === true;
  return (
    taken &&
    project?.proxied === false &&
    verdicts.some(({ code, certainty }) => code === 'port-in-use' && certainty === 'certain')
  );
}

/** The first certificate in the file is not the one that the service would send. */
function isAboutWrongOrder({ stage, code }: Verdict, { project, trust }: Evidence): boolean {
  const ofCertificate = stage === 'files' && aboutCertificate.includes(code);
  const ofFile = stage === 'trust' && trust?.source !== undefined;
  return project?.pair?.fitsAt !== undefined && (ofCertificate || ofFile);
}

/** The certificate is a placeholder, so nothing else about it matters. */
function isAboutPlaceholder({ code, stage }: Verdict, all: Verdict[]): boolean {
  const placeholder: Code = 'proxy-unknown-host';
  const isOne = all.some((other) => other.code === placeholder && other.stage === 'certificate');
  return isOne && code !== placeholder && (stage === 'certificate' || stage === 'trust');
}

/**
 * Leaves out verdicts that only follow from another one: what another program on the port answers, and
 * that nothing answers when nothing was started.
 */
function withoutConsequences(verdicts: Verdict[], evidence: Evidence): Verdict[] {
  const refused = verdicts.some(({ code }) => refusals.includes(code));
  const idle = isNotRunning(evidence);
  const unknown = isPortUnknown(evidence);
  const foreign = isOtherProgram(verdicts, evidence);
  return verdicts.filter((verdict) => {
    const { code } = verdict;
    const ofProject = idle && code === 'port-closed';
    const explained = (refused || idle) && unanswered.includes(code) && !ofProject;
    const supposed = unknown && isFrom('name', verdict) && !ofProject;
    const consequence =
      isAboutPlaceholder(verdict, verdicts) || isAboutWrongOrder(verdict, evidence);
    return !explained && !supposed && !consequence && !(foreign && isFrom('tls', verdict));
  });
}

/** A likely verdict is left out when one of its alternatives is certain. */
function isSettled(verdict: Verdict, all: Verdict[]): boolean {
  const { certainty, alternatives } = verdict;
  return (
    certainty === 'likely' &&
    all.some(
      (other) =>
        other.certainty === 'certain' &&
        alternatives.includes(other.code) &&
        weightOf(other) <= weightOf(verdict),
    )
  );
}

/** @returns the verdicts to show: not those that follow from another one, or that another one settles */
export function suppress(verdicts: Verdict[], evidence: Evidence): Verdict[] {
  const all = withoutConsequences(verdicts, evidence);
  return all.filter((verdict) => !isSettled(verdict, all) && !isProven(verdict, all));
}
