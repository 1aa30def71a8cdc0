import type { TypedCerts } from './arguments.js';
import { findProgram, issuerHere, runningPackageManager, whyNobodyAnswers } from '../io/probes.js';
import { withTerminal, type Watch } from '../io/signals.js';
import { runSteps } from '../steps/steps.js';
import type { Trust } from '../trust/check.js';
import type { Ui } from '../io/ui.js';
import type { AnyStep } from '../plan/report.js';
import { certificateStep, trustStep, type CertificateRequest, type Step } from '../plan/steps.js';
import { trustText } from '../trust/table/text.js';
import { mayInstall } from './install.js';
import { hasCertificate, openTrust, trustBehind } from '../steps/trust.js';

/** A run of `certs`. */
export interface Session {
  typed: TypedCerts;
  version: string;
  ui: Ui;
  watch: Watch;
  directory: string;
  request: CertificateRequest;
}

/**
 * mkcert issues for as long as it likes, so that whoever names the days is served by us.
 * @returns the step that makes the certificate
 */
export function stepFor({ version, request }: Session): Step {
  const issuer = request.days === undefined ? issuerHere() : 'built-in';
  return certificateStep({ request, issuer, packageManager: runningPackageManager(), version });
}

function runEach(steps: Step[], { typed, ui, watch, directory }: Session): Promise<AnyStep[]> {
  const { json = false, verbose = false } = typed.controls;
  return runSteps(steps, { directory, ui, verbose, json, cancel: watch.cancel });
}

/** What has been done so far, with who trusts the certificate. */
export interface Progress {
  results: AnyStep[];
  trust: Trust | undefined;
}

/** With `--install`, or where a person says yes: only what is open is a reason to ask. */
async function isInstalling({ typed, ui, version, watch }: Session, made: Progress) {
  const { install, yes = false, json = false } = typed.controls;
  const silent = yes || json || whyNobodyAnswers() !== undefined;
  if (install !== undefined || silent || findProgram('mkcert') === undefined) {
    return install === true;
  }
  const open = openTrust({ ...made, version }).length > 0;
  if (!open || made.trust === undefined || watch.cancel.aborted) {
    return false;
  }
  ui.print(`\n${trustText(made.trust.rows)}\n`);
  return withTerminal(() => mayInstall(watch.cancel));
}

/**
 * Makes the certificate, and then has it trusted: a failure there leaves something to use.
 * @param tellMade is called when the certificate is there, before anything is asked
 */
export async function makeAndTrust(session: Session, tellMade: () => void): Promise<Progress> {
  const { directory } = session;
  const results = await runEach([stepFor(session)], session);
  const made = { results, trust: await trustBehind({ directory, results }) };
  if (!hasCertificate(results)) {
    return made;
  }
  tellMade();
  if (!(await isInstalling(session, made))) {
    return made;
  }
  const all = [...results, ...(await runEach([trustStep], session))];
  return { results: all, trust: await trustBehind({ directory, results }) };
}
