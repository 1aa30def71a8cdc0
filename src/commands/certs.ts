import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TypedCerts } from '../answers/certs-argv.js';
import { npmDryRun } from '../answers/npm-call.js';
import { UserError } from '../core/errors.js';
import { quoteCommand } from '../core/quote.js';
import { endOf, namesOn, parseCertificate } from '../effects/certs/certificate.js';
import { hostsHere } from '../effects/certs/hosts-here.js';
import { keepOutOfGit } from '../effects/certs/ignore.js';
import { judgePair, pairPaths } from '../effects/certs/judge.js';
import {
  findProgram,
  issuerHere,
  runningPackageManager,
  whyNobodyAnswers,
} from '../effects/probes.js';
import { withTerminal, type Watch } from '../effects/signals.js';
import { runSteps } from '../effects/steps.js';
import type { Trust } from '../effects/trust/check.js';
import { printJson, silentUi, speakingUi, type Ui } from '../effects/ui.js';
import { certsReport, type Issued } from '../plan/certs-report.js';
import { plannedSteps, type AnyStep } from '../plan/report.js';
import { certificateStep, trustStep, type CertificateRequest, type Step } from '../plan/steps.js';
import { trustText } from '../plan/trust-text.js';
import { mayInstall } from '../prompts/install.js';
import { stepsError } from './outcome.js';
import { hasCertificate, openTrust, requireMkcert, trustBehind } from './trust.js';

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

function sayIssued({ certFile, hosts, validTo }: Issued, ui: Ui): void {
  ui.done(`${certFile} is for ${hosts.join(', ')}, until ${validTo.slice(0, 10)}`);
}

/** What has been done so far, with who trusts the certificate. */
interface Progress {
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

/** The certificate first: `mkcert -install` then has a CA, and a failure leaves something to use. */
async function makeAndTrust(session: Session, certificate: () => void): Promise<Progress> {
  const { directory } = session;
  const results = await runEach([stepFor(session)], session);
  const made = { results, trust: await trustBehind({ directory, results }) };
  if (!hasCertificate(results)) {
    return made;
  }
  certificate();
  if (!(await isInstalling(session, made))) {
    return made;
  }
  const all = [...results, ...(await runEach([trustStep], session))];
  return { results: all, trust: await trustBehind({ directory, results }) };
}

interface Outcome extends Progress {
  error: UserError | undefined;
  warnings: string[];
}

function sayOutcome({ trust, warnings }: Outcome, next: string[], ui: Ui): void {
  warnings.forEach((warning) => ui.warn(warning));
  if (trust !== undefined) {
    ui.print(`\n${trustText(trust.rows)}`);
  }
  if (next.length > 0) {
    ui.print(`\nNext\n${next.map((command) => `  ${command}`).join('\n')}`);
  }
}

async function carryOut(session: Session): Promise<number> {
  const { typed, ui, watch, directory, version } = session;
  const progress = await makeAndTrust(session, () => sayIssued(issuedIn(directory), ui));
  const { results } = progress;
  const isThere = hasCertificate(results);
  const warnings = isThere ? await keepOutOfGit(directory) : [];
  const kept = 'The files in certs/ are kept.';
  const error = stepsError(results, { signal: watch.signal(), kept });
  const next = openTrust({ ...progress, version }).map((command) => quoteCommand(command));
  if (typed.controls.json === true) {
    const certificate = isThere ? issuedIn(directory) : undefined;
    const trust = progress.trust?.rows ?? [];
    printJson(
      certsReport({ directory, error, certificate, steps: results, trust, next, warnings }),
    );
  } else {
    sayOutcome({ ...progress, error, warnings }, next, ui);
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
    const certificate = good ? issuedIn(directory) : undefined;
    const rest = { certificate, trust: [], next: [], warnings: [] };
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
  if (typed.controls.install === true) {
    requireMkcert('--install');
  }
  const ui = json === true ? silentUi() : speakingUi();
  const session: Session = { typed, version, ui, watch, directory, request };
  const dryRun = typed.controls.dryRun === true || npmDryRun(process.env);
  return dryRun ? showPlan(session) : carryOut(session);
}
