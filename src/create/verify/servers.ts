import type { Answers } from '../../options/answers.js';
import { reachedAt } from '../../core/loopback.js';
import { startLocalProxy } from './local-proxy.js';
import { startServer, type Server } from './server.js';

/** What to verify. */
export interface Verification {
  directory: string;
  /** Absolute path of the folder that holds the lockfile. */
  root: string;
  answers: Answers;
  /** The command that starts the service, as its user types it. */
  command: string[];
  cancel: AbortSignal;
}

/** @throws Error with the service's output if it does not start */
export async function startService(verification: Verification, port: number): Promise<Server> {
  const { directory, answers, command, cancel } = verification;
  return startServer({
    command,
    cwd: directory,
    // Metrics on any free port: another service may run.
    env: { PORT: String(port), METRICS_PORT: '0' },
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
 * Stops the service, with the programs that started it.
 * @throws Error if it does not end by itself
 */
export async function stopCleanly(service: Server): Promise<void> {
  if (!(await service.stop())) {
    throw new Error('the service did not end after SIGTERM.');
  }
}
