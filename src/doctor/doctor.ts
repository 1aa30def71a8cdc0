import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TypedDoctor } from './arguments.js';
import { Cancelled, UserError } from '../core/errors.js';
import { packageManagers } from '../core/package-managers.js';
import { certificatesIn } from '../effects/diagnosis/authorities.js';
import { gather, type Asking } from '../effects/diagnosis/gather.js';
import type { Named } from '../effects/diagnosis/trust.js';
import { isStillLookingUp } from '../effects/diagnosis/name.js';
import { runningPackageManager } from '../effects/probes.js';
import { reasonOf } from '../effects/reasons.js';
import type { Watch } from '../effects/signals.js';
import { leaveWhenPrinted, printJson, silentUi, speakingUi, withMarks } from '../effects/ui.js';
import type { Evidence, Surroundings } from '../plan/diagnosis/evidence.js';
import { issuerFiles } from '../effects/diagnosis/around.js';
import { askProject } from '../effects/diagnosis/ask-project.js';
import { judgeOwnChain } from '../effects/diagnosis/own-chain.js';
import { judge } from '../plan/diagnosis/judge.js';
import { diagnosisReport, isFine, type Diagnosis } from '../plan/diagnosis/report.js';
import { diagnosisText } from '../plan/diagnosis/text.js';
import { walk } from '../plan/diagnosis/walk.js';
import { findTarget, type Found } from './target.js';

interface Running {
  version: string;
  watch: Watch;
}

/** Variables by which other programs are led over a proxy. */
const proxyVariables = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY'];

/** @throws UserError for a file that holds no certificate */
function readCaFile(path: string): Named {
  const refuse = (why: string, cause?: unknown): UserError =>
    new UserError(`--ca-file: ${path} ${why}.`, 'Give the path of a PEM file with a certificate.', {
      code: 'unreadable-file',
      stage: 'arguments',
      cause,
    });
  try {
    const certificates = certificatesIn(readFileSync(path, 'utf8'));
    if (certificates.length > 0) {
      return { path: resolve(path), certificates };
    }
  } catch (error) {
    throw refuse(`cannot be read: ${reasonOf(error)}`, error);
  }
  throw refuse('holds no certificate');
}

/** Our own handshakes verify nothing in any case, and Node.js would warn of what a verdict says. */
function takeCarelessness(): boolean {
  const careless = process.env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0';
  delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  return careless;
}

function surroundingsOf({ controls }: TypedDoctor, version: string): Surroundings {
  const { env, versions } = process;
  return {
    now: Date.now(),
    node: versions.node,
    careless: takeCarelessness(),
    proxyVariable: proxyVariables.find((name) => (env[name] ?? '') !== ''),
    limit: (controls.timeout ?? 0) * 1000,
    us: [...packageManagers[runningPackageManager()].execute, `create-fastify-wss@${version}`],
    asked: { idle: controls.idle !== undefined, page: controls.page !== undefined },
  };
}

function askingOf(typed: TypedDoctor, found: Found, { version, watch }: Running): Asking {
  const { caFile, idle, page, origin } = typed.controls;
  const { target, project } = found;
  const candidates = project === undefined ? [] : issuerFiles(project);
  return {
    target,
    surroundings: surroundingsOf(typed, version),
    origins: project?.settings.DOMAINS ?? [],
    judging: { candidates, ...(caFile === undefined ? {} : { caFile: readCaFile(caFile) }) },
    ...(idle === undefined ? {} : { idle: idle * 1000 }),
    ...(page === undefined ? {} : { page: { url: page, isOrigin: origin === undefined } }),
    cancel: watch.cancel,
  };
}

/** The port of the service may be listened on for a moment, so that nothing else may ask it then. */
async function gatherAll(asking: Asking, { project }: Found): Promise<Evidence> {
  const evidence = await gather(asking);
  if (project === undefined) {
    return evidence;
  }
  const { limit } = asking.surroundings;
  const asked = await askProject(project, { limit, cancel: asking.cancel });
  const trust = evidence.trust ?? (await judgeOwnChain(project, asking.judging));
  return {
    ...evidence,
    ...(trust === undefined ? {} : { trust }),
    project: { ...project, ...asked },
  };
}

/**
 * Says why a connection fails, or that it does not.
 * @returns the exit code: 0 where nothing blocks
 * @throws UserError where there is nothing to look at
 */
export async function doctor(typed: TypedDoctor, running: Running): Promise<number> {
  const json = typed.controls.json === true;
  const found = findTarget(typed);
  const asking = askingOf(typed, found, running);
  const ui = json ? silentUi() : speakingUi();
  ui.doing(`Looking at ${asking.target.url}`);
  const evidence = await gatherAll(asking, found);
  const signal = running.watch.signal();
  if (signal !== undefined) {
    ui.clear();
    throw new Cancelled(signal, { stage: 'diagnosis', kept: 'Nothing was changed.' });
  }
  const verdicts = judge(evidence);
  const diagnosis: Diagnosis = {
    url: asking.target.url,
    verdicts,
    stages: walk(evidence, verdicts),
  };
  if (json) {
    printJson(diagnosisReport(diagnosis));
  } else {
    ui.print(withMarks(diagnosisText(diagnosis)));
  }
  const code = isFine(diagnosis) ? 0 : 1;
  if (isStillLookingUp()) {
    leaveWhenPrinted(code);
  }
  return code;
}
