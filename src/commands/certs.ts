import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TypedCerts } from '../answers/certs-argv.js';
import { npmDryRun } from '../answers/npm-call.js';
import { UserError } from '../core/errors.js';
import { endOf, namesOn, parseCertificate } from '../effects/certs/certificate.js';
import { hostsHere } from '../effects/certs/hosts-here.js';
import { keepOutOfGit } from '../effects/certs/ignore.js';
import { judgePair, pairPaths } from '../effects/certs/judge.js';
import { issuerHere, runningPackageManager } from '../effects/probes.js';
import type { Watch } from '../effects/signals.js';
import { runSteps } from '../effects/steps.js';
import { printJson, silentUi, speakingUi, type Ui } from '../effects/ui.js';
import { certsReport, type Issued } from '../plan/certs-report.js';
import { plannedSteps, type AnyStep } from '../plan/report.js';
import { certificateStep, trustStep, type CertificateRequest, type Step } from '../plan/steps.js';
import { stepsError } from './outcome.js';

interface Session {
  typed: TypedCerts;
  version: string;
  ui: Ui;
  watch: Watch;
  directory: string;
  request: CertificateRequest;
}

/** @throws UserError where files are in the way that were not issued here */
function refuseForeign(directory: string, request: CertificateRequest): void {
  const { state, why } = judgePair(directory, request);
  if (state === 'foreign' && request.overwrite !== true) {
    throw new UserError(
      `${why} It was not issued here, so it stays.`,
      'Pass --overwrite to replace key and certificate, or move both away. Nothing was written.',
      { code: 'conflict', stage: 'apply', details: Object.values(pairPaths) },
    );
  }
}

/** mkcert issues for as long as it likes, so that whoever names the days is served by us. */
function stepFor({ version, request }: Session): Step {
  const issuer = request.days === undefined ? issuerHere() : 'built-in';
  return certificateStep({ request, issuer, packageManager: runningPackageManager(), version });
}

/** @returns the certificate that is there */
function issuedIn(directory: string): Issued {
  const certificate = parseCertificate(readFileSync(join(directory, pairPaths.certFile)));
  const validTo = new Date(endOf(certificate)).toISOString();
  return { ...pairPaths, hosts: namesOn(certificate), validTo };
}

function runEach(steps: Step[], { typed, ui, watch, directory }: Session): Promise<AnyStep[]> {
  const { json = false, verbose = false } = typed.controls;
  return runSteps(steps, { directory, ui, verbose, json, cancel: watch.cancel });
}

function isThere(results: AnyStep[]): boolean {
  return results.some(
    ({ group, status }) => group === 'certificate' && ['done', 'already'].includes(status),
  );
}

function sayIssued({ certFile, hosts, validTo }: Issued, ui: Ui): void {
  ui.done(`${certFile} is for ${hosts.join(', ')}, until ${validTo.slice(0, 10)}`);
}

async function carryOut(session: Session): Promise<number> {
  const { typed, ui, watch, directory } = session;
  const made = await runEach([stepFor(session)], session);
  const certificate = isThere(made) ? issuedIn(directory) : undefined;
  const warnings = certificate === undefined ? [] : await keepOutOfGit(directory);
  const install = certificate !== undefined && typed.controls.install === true;
  const results = [...made, ...(install ? await runEach([trustStep], session) : [])];
  const kept = 'The files in certs/ are kept.';
  const error = stepsError(results, { signal: watch.signal(), kept });
  if (typed.controls.json === true) {
    printJson(certsReport({ directory, error, certificate, steps: results, next: [], warnings }));
  } else {
    warnings.forEach((warning) => ui.warn(warning));
    if (certificate !== undefined) {
      sayIssued(certificate, ui);
    }
  }
  return error?.exitCode ?? 0;
}

function showPlan(session: Session): number {
  const { typed, ui, directory, request } = session;
  const good = judgePair(directory, request).state === 'good' && request.overwrite !== true;
  const steps = [
    ...(good ? [] : [stepFor(session)]),
    ...(typed.controls.install ? [trustStep] : []),
  ];
  const planned = plannedSteps({ steps });
  if (typed.controls.json === true) {
    const rest = { certificate: good ? issuedIn(directory) : undefined, next: [], warnings: [] };
    printJson(certsReport({ directory, error: undefined, steps: planned, ...rest }));
    return 0;
  }
  const commands = planned.map(({ command }) => `  ${command}\n`).join('');
  ui.print(
    planned.length === 0
      ? 'Nothing to do.'
      : `Steps\n${commands}\nNothing was written: this was a dry run.`,
  );
  return 0;
}

/**
 * Issues or renews the development certificate of the current folder.
 * @returns the exit code
 * @throws UserError where the files in the way are somebody's; nothing was written then
 */
export async function certs(
  typed: TypedCerts,
  { version, watch }: Pick<Session, 'version' | 'watch'>,
): Promise<number> {
  const directory = process.cwd();
  const { json, days, overwrite = false } = typed.controls;
  const hosts = typed.hosts.length > 0 ? typed.hosts : hostsHere(directory);
  const request = { hosts, overwrite, ...(days !== undefined && { days }) };
  refuseForeign(directory, request);
  const ui = json === true ? silentUi() : speakingUi();
  const session: Session = { typed, version, ui, watch, directory, request };
  const dryRun = typed.controls.dryRun === true || npmDryRun(process.env);
  return dryRun ? showPlan(session) : carryOut(session);
}
