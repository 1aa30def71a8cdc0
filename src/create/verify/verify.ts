import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isAddress, pageHosts } from '../../core/hosts.js';
import { messageOf } from '../../core/errors.js';
import { reachedAt } from '../../core/loopback.js';
import type { Ended } from '../../io/child-process.js';
import { pemPaths } from '../inputs.js';
import { nameOnCertificate } from '../../pair/pem.js';
import { missingPackages } from '../../steps/installed.js';
import { freePort, type Server } from './server.js';
import { startProxy, startService, stopCleanly, type Verification } from './servers.js';
import { complaintsIn, strongerSettings } from './reasons.js';
import { tokenHeaders } from './token.js';
import { connectTrusted, expectEcho, expectRefusal, openingOf, type Way } from './socket.js';

/** The stages of a verification, in order. */
type VerifyStage =
  'install' | 'certificate' | 'start' | 'proxy' | 'connect' | 'echo' | 'origin' | 'stop';

/** A failed verification, with its stage. */
class Unverified extends Error {
  constructor(stage: VerifyStage, reason: string, cause?: unknown) {
    super(`Stage "${stage}": ${reason}`, { cause });
    this.name = 'Unverified';
  }

  /** Adds possible reasons, line by line. */
  explain(lines: string[]): void {
    this.message = [this.message, ...lines].join('\n');
  }
}

/** Runs a stage, and names it in the error if it fails. */
async function at<T>(stage: VerifyStage, act: () => Promise<T> | T): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw new Unverified(stage, messageOf(error).trim(), error);
  }
}

function expectInstalled({ directory, root }: Verification): void {
  const missing = missingPackages(directory, root);
  if (missing.length > 0) {
    throw new Error(`these dependencies are not installed: ${missing.join(', ')}.`);
  }
}

/** The name for the connection: one that the certificate covers and a page uses. */
function expectedName({ directory, answers }: Verification): string | undefined {
  if (!answers.https) {
    return undefined;
  }
  const { origins, host, certSource } = answers;
  // The user's own certificate need not cover --hosts.
  const hosts = certSource === 'files' ? [] : (answers.hosts ?? []);
  const path = resolve(directory, pemPaths(directory, answers).certFile);
  if (!existsSync(path)) {
    throw new Error(`${path} does not exist.`);
  }
  // Names before addresses: a client can use another address for a name, but not for an address.
  const all = [...pageHosts(origins), host, ...hosts];
  const wanted = [...all.filter((name) => !isAddress(name)), ...all.filter(isAddress)];
  const name = nameOnCertificate(readFileSync(path), wanted);
  if (name === undefined) {
    throw new Error(`it covers none of ${wanted.join(', ')}.`);
  }
  return name;
}

/** Checks a server, and returns what that showed. */
async function talk(way: Way, { answers, directory, cancel }: Verification): Promise<string> {
  const [origin = ''] = answers.origins;
  const headers = answers.auth ? tokenHeaders(directory) : {};
  const opening = { ...openingOf(way, origin, cancel), headers };
  const { trusted, whose, handshake } = await at('connect', () => connectTrusted(opening));
  await at('echo', () => expectEcho(handshake));
  await at('origin', () => expectRefusal(trusted));
  const certificate =
    way.name === undefined ? '' : `, a certificate for ${way.name} verified with ${whose}`;
  return `an echo${certificate}, 403 for a foreign origin`;
}

/** Uses a server, and always stops it. */
async function during<T>(server: Server, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } finally {
    await server.stop();
  }
}

/** Checks the service as its clients use it: through its proxy, if it has one. */
async function talkAsClient(
  verification: Verification,
  port: number,
  name: string | undefined,
): Promise<string> {
  const { answers } = verification;
  if (answers.certSource === 'proxy') {
    const proxy = await at('proxy', () => startProxy(verification, port));
    const way = { secure: true, address: '127.0.0.1', port: proxy.port, name };
    return during(proxy, () => talk(way, verification));
  }
  const address = reachedAt(answers.host);
  return talk({ secure: answers.https, address, port, name }, verification);
}

async function tryOut(verification: Verification): Promise<string> {
  await at('install', () => expectInstalled(verification));
  const name = await at('certificate', () => expectedName(verification));
  const port = await freePort();
  const service = await at('start', () => startService(verification, port));
  try {
    const seen = await during(service, () => talkAsClient(verification, port, name));
    await at('stop', () => stopCleanly(service));
    return seen;
  } catch (error) {
    if (error instanceof Unverified) {
      error.explain(complaintsIn(service.output()));
    }
    throw error;
  }
}

/**
 * Starts a project on a free port, and checks it: an echo over a connection with a verified
 * certificate, 403 for a foreign origin, a clean exit.
 * @returns what was seen, or the stage that failed
 */
export async function verify(verification: Verification): Promise<Ended> {
  try {
    return { ok: true, output: await tryOut(verification) };
  } catch (error) {
    if (error instanceof Unverified) {
      error.explain(strongerSettings(verification.directory));
      return { ok: false, output: error.message };
    }
    throw error;
  }
}
