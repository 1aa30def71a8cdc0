import { factsOf } from '../ca/certificate-facts.js';
import { refusalsOf } from '../core/browsers.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { quoteCommand } from '../core/quote.js';
import { recipes } from '../core/other-devices.js';
import { caPath, caRoot } from '../ca/ca-root.js';
import { covers, endOf, namesOn, parseCertificate } from '../ca/read-certificate.js';
import { isProject } from '../io/record.js';
import { recordedHosts } from '../pair/default-hosts.js';
import { keepOutOfGit } from '../pair/ignore.js';
import { isIssuedHere } from '../pair/judge.js';
import { pairFolder, pairPaths } from '../core/paths.js';
import { printJson, type Ui } from '../io/ui.js';
import { otherCertificate, serviceFor } from './service.js';
import { certsReport, type Issued } from './report.js';
import { trustText } from '../trust/table/text.js';
import type { Progress, Session } from './steps.js';
import { hasCertificate, openTrust } from '../steps/trust-result.js';
import { stepsError } from '../steps/plan/error.js';

/** @returns the existing certificate */
export function issuedIn(directory: string): Issued {
  const certificate = parseCertificate(readFileSync(join(directory, pairPaths.certFile)));
  const validTo = new Date(endOf(certificate)).toISOString();
  return { ...pairPaths, hosts: namesOn(certificate), validTo };
}

/** Prints the names and the end of the certificate. */
export function printIssued(issued: Issued, { ui, added }: Session): void {
  const { certFile, hosts, validTo } = issued;
  ui.done(`${certFile} is valid for ${hosts.join(', ')} until ${validTo.slice(0, 10)}`);
  if (added.length > 0) {
    ui.print(`  Added ${added.join(', ')}. To replace the names instead, pass --only.`);
  }
}

interface Telling {
  ui: Ui;
  warnings: string[];
  /** How to use the names, in lines. */
  recipe: string[];
  next: string[];
}

function printTrust(
  { trust, shown = false }: Progress,
  { ui, warnings, recipe, next }: Telling,
): void {
  warnings.forEach((warning) => ui.warn(warning));
  if (recipe.length > 0) {
    ui.print(`\n${recipe.join('\n')}`);
  }
  if (trust !== undefined && !shown) {
    ui.report(`\n${trustText(trust.rows)}`);
  }
  if (next.length > 0) {
    ui.print(`\nNext\n${next.map((command) => `  ${command}`).join('\n')}`);
  }
}

/** What the typed names mean for the service of a project. */
function aboutNames({ typed, directory }: Session) {
  const { hosts } = typed;
  const service =
    hosts.length > 0 && isProject(directory) ? serviceFor(directory, hosts) : undefined;
  return service === undefined
    ? { warnings: [], recipe: [] }
    : { ...service, recipe: recipes({ hosts, port: service.port, caPath: caPath() }) };
}

async function warningsOf({ trust }: Progress, directory: string): Promise<string[]> {
  const unknown = isIssuedHere(directory)
    ? 'A trust store cannot be read. It is unknown which clients trust the certificate.'
    : `${pairPaths.certFile} was signed by another CA than the one in ${caRoot()}. It is unknown which clients trust it.`;
  const certificate = parseCertificate(readFileSync(join(directory, pairPaths.certFile)));
  const lacking = recordedHosts(directory).filter((host) => !covers(certificate, host));
  const lack = `The certificate does not cover ${lacking.join(', ')}, which this project needs. To add them, run certs without names.`;
  const refused = refusalsOf(factsOf(certificate, ''), 'leaf').map(
    ({ browsers, problem }) =>
      `${pairPaths.certFile} ${problem}: ${browsers.join(', ')} may refuse it.`,
  );
  return [
    ...refused,
    ...(lacking.length > 0 ? [lack] : []),
    ...(isProject(directory) ? otherCertificate(directory) : []),
    ...(await keepOutOfGit(directory)),
    ...(trust === undefined ? [unknown] : []),
  ];
}

/** Prints the result of a run. @returns the exit code */
export async function conclude(progress: Progress, session: Session): Promise<number> {
  const { typed, ui, watch, directory, program } = session;
  const { results } = progress;
  const isThere = hasCertificate(results);
  const names = isThere ? aboutNames(session) : { warnings: [], recipe: [] };
  const warnings = isThere ? [...(await warningsOf(progress, directory)), ...names.warnings] : [];
  const kept = isThere ? 'The certificate is kept.' : `Nothing was changed in ${pairFolder}/.`;
  const where = 'After fixing that, run';
  const error = stepsError(results, { signal: watch.signal(), kept, where });
  const next = openTrust({ ...progress, program }).map((command) => quoteCommand(command));
  if (typed.controls.json === true) {
    const certificate = isThere ? issuedIn(directory) : undefined;
    const trust = progress.trust?.rows ?? [];
    printJson(
      certsReport({ directory, error, certificate, steps: results, trust, next, warnings }),
    );
  } else {
    printTrust(progress, { ui, warnings, recipe: names.recipe, next });
  }
  return error?.exitCode ?? 0;
}
