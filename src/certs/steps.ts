import type { TypedCerts } from './arguments.js';
import { whyNoPrompts } from '../io/environment.js';
import { findProgram } from '../io/programs.js';
import { withTerminal, type Watch } from '../io/signals.js';
import { certificate } from '../steps/certificate.js';
import { runSteps } from '../steps/run.js';
import { trust } from '../steps/trust.js';
import type { Trust } from '../trust/check.js';
import type { Ui } from '../io/ui.js';
import { certificateStep, trustStep, type Step, type StepResult } from '../steps/plan/step.js';
import { trustText } from '../trust/table/text.js';
import { mayInstall } from './ask-install.js';
import { hasCertificate, openTrust, trustAfter } from '../steps/trust-result.js';
import { issuerHere } from '../pair/issue.js';
import type { CertificateRequest } from '../pair/request.js';

/** A run of `certs`. */
export interface Session {
  typed: TypedCerts;
  /** The words that start this program. */
  program: string[];
  ui: Ui;
  watch: Watch;
  directory: string;
  request: CertificateRequest;
  /** The typed names, if they were added to those of a project. */
  added: string[];
}

/**
 * mkcert chooses the validity itself, so the built-in issuer handles `--days`.
 * @returns the step that creates the certificate
 */
export function stepFor({ program, request }: Session): Step<'certificate'> {
  const issuer = request.days === undefined ? issuerHere() : 'built-in';
  return certificateStep({ request, issuer, program });
}

function runEach(
  steps: Step<'certificate' | 'trust'>[],
  { typed, ui, watch, directory }: Session,
): Promise<StepResult[]> {
  const { json = false, verbose = false } = typed.controls;
  return runSteps(
    steps,
    { certificate, trust },
    { directory, ui, verbose, json, cancel: watch.cancel },
  );
}

/** What has been done so far, and which clients trust the certificate. */
export interface Progress {
  results: StepResult[];
  trust: Trust | undefined;
  /** Whether the user has seen which clients trust it. */
  shown?: boolean;
}

/** Whether to ask before an installation: only if a store does not trust the CA. */
function mayAsk({ typed, program, watch }: Session, made: Progress): boolean {
  const { install, yes = false, json = false } = typed.controls;
  const silent = yes || json || whyNoPrompts() !== undefined || watch.cancel.aborted;
  return (
    install === undefined &&
    !silent &&
    findProgram('mkcert') !== undefined &&
    openTrust({ ...made, program }).length > 0
  );
}

/**
 * Creates the certificate, then makes the stores trust it: the certificate remains if that fails.
 * @param onCreated is called after the certificate was created, before any question
 */
export async function makeAndTrust(session: Session, onCreated: () => void): Promise<Progress> {
  const { directory } = session;
  const results = await runEach([stepFor(session)], session);
  const made = { results, trust: await trustAfter({ directory, results }) };
  if (!hasCertificate(results)) {
    return made;
  }
  onCreated();
  const shown = mayAsk(session, made);
  if (shown) {
    session.ui.report(`\n${trustText(made.trust?.rows ?? [])}\n`);
  }
  const { cancel } = session.watch;
  const wanted = shown
    ? await withTerminal(() => mayInstall(cancel))
    : session.typed.controls.install === true;
  if (!wanted) {
    return { ...made, shown };
  }
  const all = [...results, ...(await runEach([trustStep], session))];
  return { results: all, trust: await trustAfter({ directory, results }) };
}
