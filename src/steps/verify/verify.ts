import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isAddress, pageHosts } from '../../core/hosts.js';
import { messageOf } from '../../core/errors.js';
import { reachedAt } from '../../core/loopback.js';
import type { Outcome } from '../../io/child.js';
import { pemPaths } from '../../io/inputs.js';
import { nameOnCertificate } from '../../pair/pem.js';
import { anyExists } from '../../io/probes.js';
import { freePort, type Server } from '../../io/server.js';
import { startProxy, startService, stopCleanly, type Verification } from './servers.js';
import { complaintsIn, strongerSettings } from './reasons.js';
import { connectTrusted, expectEcho, expectRefusal, openingOf, type Way } from './socket.js';

/** The stages of a verification, in order. */
type VerifyStage =
  'install' | 'certificate' | 'start' | 'proxy' | 'connect' | 'echo' | 'origin' | 'stop';

/** A verification that did not hold, and where. */
class Unverified extends Error {
  constructor(stage: VerifyStage, reason: string, cause?: unknown) {
    super(`Stage "${stage}": ${reason}`, { cause });
    this.name = 'Unverified';
  }

  /** Says also what may be the reason, line by line. */
  explain(lines: string[]): void {
    this.message = [this.message, ...lines].join('\n');
  }
}

/** Runs what a stage does, and names the stage where it fails. */
async function at<T>(stage: VerifyStage, act: () => Promise<T> | T): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw new Unverified(stage, messageOf(error).trim(), error);
  }
}

function expectInstalled(directory: string): void {
  if (!anyExists(directory, ['node_modules'])) {
    throw new Error('the dependencies are not installed.');
  }
}

/** The name under which the service is to be known: one of its certificate that a page is opened at. */
function expectedName({ directory, answers }: Verification): string | undefined {
  if (!answers.https) {
    return undefined;
  }
  const { origins, host, certSource } = answers;
  // A certificate of the user's own is for the names that it is for.
  const hosts = certSource === 'files' ? [] : (answers.hosts ?? []);
  const path = resolve(directory, pemPaths(directory, answers).certFile);
  if (!existsSync(path)) {
    throw new Error(`${path} is not there.`);
  }
  // Names before addresses: a client may be told a name that leads elsewhere, but no address.
  const all = [...pageHosts(origins), host, ...hosts];
  const wanted = [...all.filter((name) => !isAddress(name)), ...all.filter(isAddress)];
  const name = nameOnCertificate(readFileSync(path), wanted);
  if (name === undefined) {
    throw new Error(`it is for none of ${wanted.join(', ')}.`);
  }
  return name;
}

/** Talks to what listens, and says what that showed. */
async function talk(way: Way, { answers, cancel }: Verification): Promise<string> {
  const [origin = ''] = answers.origins;
  const opening = openingOf(way, origin, cancel);
  const { trusted, whose, handshake } = await at('connect', () => connectTrusted(opening));
  await at('echo', () => expectEcho(handshake));
  await at('origin', () => expectRefusal(trusted));
  const certificate = way.name === undefined ? '' : `, certificate for ${way.name} by ${whose}`;
  return `an echo${certificate}, 403 for a foreign origin`;
}

/** Stops a server when something was done with it, whatever came of that. */
async function during<T>(server: Server, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } finally {
    await server.stop();
  }
}

/** Talks to the service as its clients do: through its proxy, where it has one. */
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
  await at('install', () => expectInstalled(verification.directory));
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
 * Starts a project on a free port, and expects of it what it promises: an echo over a connection
 * whose certificate is verified, 403 for a foreign origin, a clean end.
 * @returns what was seen, or the stage at which it did not hold
 */
export async function verify(verification: Verification): Promise<Outcome> {
  try {
    return { ok: true, found: true, output: await tryOut(verification) };
  } catch (error) {
    if (error instanceof Unverified) {
      error.explain(strongerSettings(verification.directory));
      return { ok: false, found: true, output: error.message };
    }
    throw error;
  }
}
