import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError, messageOf } from '../core/errors.js';
import { pairFolder, pairNames, pairPaths } from '../core/paths.js';
import { openCa } from '../ca/signing-ca.js';
import { issueBuiltIn } from './built-in.js';
import { caKeyPath, caPath } from '../ca/ca-root.js';
import { exposedKeys, makeCaRoot, refuseSharedCa, setCaModes } from '../ca/ca-permissions.js';
import { setMode } from '../io/modes.js';
import type { Ended, Run } from '../io/child-process.js';
import { findProgram } from '../io/programs.js';
import { notWritable } from '../io/system-errors.js';
import { run } from '../io/run.js';
import { clearLeftOver, makeFolders, makeStaging, tryToRemove } from '../io/staging.js';
import { movePairIn } from './place-pair.js';
import { mkcertCommand, type CertificateRequest, type Issuer } from './request.js';

/** @returns the issuer of certificates on this machine */
export function issuerHere(): Issuer {
  return findProgram('mkcert') === undefined ? 'built-in' : 'mkcert';
}

interface Issuing extends Pick<Run, 'output' | 'cancel'> {
  /** The project, whose `certs/` gets the files. */
  directory: string;
  request: CertificateRequest;
  issuer: Issuer;
}

const issued: Ended = { ok: true, output: '' };

async function byMkcert(folder: string, { request, output, cancel }: Issuing): Promise<Ended> {
  const keyFile = join(folder, pairNames.keyFile);
  const certFile = join(folder, pairNames.certFile);
  const command = mkcertCommand(request.hosts, { keyFile, certFile });
  refuseSharedCa();
  const isNewCa = !existsSync(caPath());
  makeCaRoot();
  if (!isNewCa) {
    // mkcert's own error for an unusable CA says less.
    await openCa();
  }
  const cwd = process.cwd();
  const outcome = await run({ command, cwd, output, ...(cancel && { cancel }) });
  if (outcome.ok && !(existsSync(keyFile) && existsSync(certFile))) {
    return { ...outcome, ok: false, output: `${outcome.output}\nmkcert created no certificate.` };
  }
  if (isNewCa) {
    setCaModes();
  }
  if (outcome.ok) {
    setMode(keyFile, 0o600);
    setMode(certFile, 0o644);
  }
  return outcome;
}

async function byUs(folder: string, { request }: Issuing): Promise<Ended> {
  await issueBuiltIn(folder, request);
  return issued;
}

async function makeAndMove(staging: string, issuing: Issuing): Promise<Ended> {
  const make = issuing.issuer === 'mkcert' ? byMkcert : byUs;
  const outcome = await make(staging, issuing);
  if (outcome.ok && issuing.cancel?.aborted !== true) {
    movePairIn(staging, issuing.directory);
    return {
      ...outcome,
      output: exposedKeys([join(issuing.directory, pairPaths.keyFile), caKeyPath()]),
    };
  }
  return outcome;
}

/** @throws UserError, or an error of the file system */
async function issueInto(folder: string, issuing: Issuing): Promise<Ended> {
  makeFolders(folder);
  clearLeftOver(folder);
  const staging = makeStaging(folder);
  try {
    return await makeAndMove(staging, issuing);
  } finally {
    tryToRemove(staging);
  }
}

/**
 * Creates `certs/key.pem` (0600) and `certs/cert.pem`, both or none, and replaces existing ones. Writes
 * the key into a folder that no other user can enter, and moves it from there.
 * @returns the result: a failure says why and what to do, a success which keys others can read
 */
export async function issue(issuing: Issuing): Promise<Ended> {
  const folder = join(issuing.directory, pairFolder);
  try {
    return await issueInto(folder, issuing);
  } catch (error) {
    const told = error instanceof UserError ? error : notWritable(folder, error);
    return { ok: false, output: `${messageOf(told)}\n${told.fix}` };
  }
}
