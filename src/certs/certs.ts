import type { TypedCerts } from './arguments.js';
import type { Running } from '../command/command.js';
import { npmDryRun } from '../command/npm-call.js';
import { UserError } from '../core/errors.js';
import { refuseSharedCa } from '../ca/ca-permissions.js';
import { wantedHosts } from '../pair/default-hosts.js';
import { pairPaths } from '../core/paths.js';
import { judgePair } from '../pair/judge.js';
import { printJson, silentUi, textUi } from '../io/ui.js';
import { certsReport } from './report.js';
import { trustStep, unrun } from '../steps/plan/step.js';
import { conclude, issuedIn, printIssued } from './outcome.js';
import { makeAndTrust, stepFor, type Session } from './steps.js';
import { requireMkcert } from '../steps/trust-result.js';
import type { CertificateRequest } from '../pair/request.js';

/** @throws UserError if existing files were not issued here */
function refuseForeign(directory: string, request: CertificateRequest): void {
  const { state, why } = judgePair(directory, request);
  if (state === 'foreign' && request.overwrite !== true) {
    throw new UserError(
      `${why} It was not issued here, so it is kept.`,
      'Pass --overwrite to replace key and certificate, or move both away. Nothing was written.',
      { code: 'conflict', stage: 'apply', details: Object.values(pairPaths) },
    );
  }
}

async function carryOut(session: Session): Promise<number> {
  const { directory } = session;
  const progress = await makeAndTrust(session, () => printIssued(issuedIn(directory), session));
  return conclude(progress, session);
}

function showPlan(session: Session): number {
  const { typed, ui, directory, request } = session;
  const good = judgePair(directory, request).state === 'good' && request.overwrite !== true;
  const steps = [
    ...(good ? [] : [stepFor(session)]),
    ...(typed.controls.install ? [trustStep] : []),
  ];
  const planned = steps.map((step) => unrun(step, 'planned'));
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
 * @throws UserError if existing files were not issued here; nothing was written then
 */
export async function certs(typed: TypedCerts, { program, watch }: Running): Promise<number> {
  const directory = process.cwd();
  const { json, days, overwrite = false, only = false } = typed.controls;
  refuseSharedCa();
  const { hosts, added } = wantedHosts(directory, typed.hosts, only);
  const request = { hosts, overwrite, ...(days !== undefined && { days }) };
  refuseForeign(directory, request);
  if (typed.controls.install === true) {
    requireMkcert('--install');
  }
  const ui = json === true ? silentUi() : textUi();
  const session: Session = { typed, program, ui, watch, directory, request, added };
  const dryRun = typed.controls.dryRun === true || npmDryRun(process.env);
  return dryRun ? showPlan(session) : carryOut(session);
}
