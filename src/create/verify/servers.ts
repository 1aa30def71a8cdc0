import type { Answers } from '../../options/answers.js';
import { reachedAt } from '../../core/loopback.js';
import { startLocalProxy } from './local-proxy.js';
import { startServer, type Server } from './server.js';

/** What to verify. */
export interface Verification {
  directory: string;
  answers: Answers;
  /** The program and its arguments that start the service. */
  command: string[];
  cancel: AbortSignal;
}

/** @throws Error with the service's output if it does not start */
export async function startService(verification: Verification, port: number): Promise<Server> {
  const { directory, answers, command, cancel } = verification;
  return startServer({
    command,
    cwd: directory,
    env: { PORT: String(port) },
    address: reachedAt(answers.host),
    port,
    cancel,
  });
}

/** @throws Error if the proxy is not installed, or with its output if it does not start */
export async function startProxy(verification: Verification, upstreamPort: number) {
  return startLocalProxy({ ...verification, upstreamPort });
}

/**
 * Stops the service; Windows can only kill a process.
 * @throws Error if it does not end with exit code 0
 */
export async function stopCleanly(service: Server): Promise<void> {
  const end = await service.stop();
  if (end !== 0 && process.platform !== 'win32') {
    throw new Error(`the service ended with ${end}, not with exit code 0.`);
  }
}
