import type { Answers } from '../../options/answers.js';
import { reachedAt } from '../../core/loopback.js';
import { startLocalProxy } from './local-proxy.js';
import { findProgram } from '../../io/probes.js';
import { startServer, type Server } from '../../io/server.js';

/** What is to be verified. */
export interface Verification {
  directory: string;
  answers: Answers;
  /** The program and its arguments that start the service. */
  command: string[];
  cancel: AbortSignal;
}

/** @throws Error with what the service said, when it does not start */
export async function startService(verification: Verification, port: number): Promise<Server> {
  const { directory, answers, command, cancel } = verification;
  return startServer({
    command: [process.execPath, ...command.slice(1)],
    cwd: directory,
    env: { PORT: String(port) },
    address: reachedAt(answers.host),
    port,
    cancel,
  });
}

/** @throws Error when the proxy is not installed, or with what it said when it does not start */
export async function startProxy(verification: Verification, upstreamPort: number) {
  const program = verification.answers.reverseProxy ?? 'caddy';
  if (findProgram(program) === undefined) {
    throw new Error(`${program} is not installed.`);
  }
  return startLocalProxy({ ...verification, upstreamPort });
}

/**
 * Ends the service; on Windows a process is ended and not asked.
 * @throws Error when it does not end as it should
 */
export async function stopCleanly(service: Server): Promise<void> {
  const end = await service.stop();
  if (end !== 0 && process.platform !== 'win32') {
    throw new Error(`the service ended with ${end} and not with exit code 0.`);
  }
}
