import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TypedDoctor } from './arguments.js';
import { Cancelled, UserError } from '../core/errors.js';
import { visible } from '../core/printable.js';
import { withoutSecrets } from '../core/secrets.js';
import type { Running } from '../command/command.js';
import { certificatesIn } from '../trust/ca-lists.js';
import type { Asking } from './probes/asking.js';
import { gather } from './probes/gather-evidence.js';
import type { Named } from './probes/trust.js';
import { isStillLookingUp } from './probes/dns.js';
import { reasonOf } from '../io/system-errors.js';
import { leaveWhenPrinted, printJson, silentUi, textUi } from '../io/ui.js';
import type { Evidence, Surroundings } from './evidence.js';
import { issuerFiles } from './probes/enclosing-project.js';
import { probeProject } from './probes/project-service.js';
import { judgeProjectChain } from './probes/project-certificate.js';
import { judge } from './judge.js';
import { diagnosisReport, isFine, mapTexts } from './report.js';
import { diagnosisText } from './text.js';
import { stageResults } from './stages.js';
import { nextOf } from './next.js';
import { findTarget, type Found } from './target.js';
import { typedWords } from './typed-again.js';

/** Variables that make other programs use a proxy. */
const proxyVariables = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY'];

/** @throws UserError for a file without a certificate */
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
  throw refuse('contains no certificate');
}

/** doctor's own handshakes never verify. Without the variable, Node.js does not warn: a verdict does. */
function takeVerificationDisabled(): boolean {
  const verificationDisabled = process.env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0';
  delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  return verificationDisabled;
}

function surroundingsOf(typed: TypedDoctor, { program, secrets }: Running): Surroundings {
  const { controls } = typed;
  const { env, versions } = process;
  return {
    now: Date.now(),
    node: versions.node,
    verificationDisabled: takeVerificationDisabled(),
    proxyVariable: proxyVariables.find((name) => (env[name] ?? '') !== ''),
    limit: (controls.timeout ?? 0) * 1000,
    ownCommand: program,
    typed: typedWords(typed, (word) => visible(withoutSecrets(word, secrets))),
    asked: {
      idle: controls.idle !== undefined,
      page: controls.page !== undefined,
      origin: (controls.origin ?? controls.page) !== undefined,
    },
  };
}

function askingOf(typed: TypedDoctor, found: Found, running: Running): Asking {
  const { caFile, idle, page, origin, address } = typed.controls;
  const { target, project } = found;
  const candidates = project === undefined ? [] : issuerFiles(project);
  return {
    target,
    surroundings: surroundingsOf(typed, running),
    origins: project?.settings.DOMAINS ?? [],
    judging: { candidates, ...(caFile === undefined ? {} : { caFile: readCaFile(caFile) }) },
    ...(address === undefined ? {} : { address }),
    ...(idle === undefined ? {} : { idle: idle * 1000 }),
    ...(page === undefined ? {} : { page: { url: page, isOrigin: origin === undefined } }),
    cancel: running.watch.cancel,
  };
}

/** Asks the project last: this may listen on the service's port for a moment. */
async function gatherAll(asking: Asking, { project }: Found): Promise<Evidence> {
  const evidence = await gather(asking);
  if (project === undefined) {
    return evidence;
  }
  const { limit } = asking.surroundings;
  const asked = await probeProject(project, { limit, cancel: asking.cancel });
  const trust = evidence.trust ?? (await judgeProjectChain(project, asking.judging));
  return {
    ...evidence,
    ...(trust === undefined ? {} : { trust }),
    project: { ...project, ...asked },
  };
}

/** Also fails for an error in an event of a socket, which no promise reports. */
async function foreseen<T>(work: Promise<T>): Promise<T> {
  const events = ['uncaughtException', 'unhandledRejection'];
  const listener: { fail?: (error: unknown) => void } = {};
  const failure = new Promise<never>((_resolve, reject) => {
    listener.fail = reject;
    events.forEach((event) => process.on(event, reject));
  });
  try {
    return await Promise.race([work, failure]);
  } finally {
    const { fail } = listener;
    events.forEach((event) => fail && process.off(event, fail));
  }
}

/**
 * Reports why a connection fails, or that it works.
 * @returns the exit code: 0 if no problem blocks
 * @throws UserError if there is nothing to check
 */
export async function doctor(typed: TypedDoctor, running: Running): Promise<number> {
  const json = typed.controls.json === true;
  const found = findTarget(typed, running.program);
  const asking = askingOf(typed, found, running);
  const ui = json ? silentUi() : textUi();
  ui.doing(withoutSecrets(`Checking ${asking.target.url}`, running.secrets));
  const evidence = await foreseen(gatherAll(asking, found));
  const signal = running.watch.signal();
  if (signal !== undefined) {
    ui.clear();
    throw new Cancelled(signal, { stage: 'diagnosis', kept: 'Nothing was changed.' });
  }
  const verdicts = judge(evidence);
  const seen = {
    url: asking.target.url,
    verdicts,
    stages: stageResults(evidence, verdicts),
    next: nextOf(evidence, verdicts),
  };
  const diagnosis = mapTexts(seen, (text) => visible(withoutSecrets(text, running.secrets)));
  if (json) {
    printJson(diagnosisReport(diagnosis));
  } else {
    ui.report(diagnosisText(diagnosis));
  }
  const code = isFine(diagnosis) ? 0 : 1;
  if (isStillLookingUp()) {
    leaveWhenPrinted(code);
  }
  return code;
}
