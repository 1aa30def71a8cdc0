import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './cli.js';
import type { Sandbox } from './sandbox.js';

/** What testssl has found; it grades from OK and INFO over LOW to CRITICAL, and warns of itself. */
export interface Finding {
  id: string;
  severity: string;
  finding: string;
}

interface Audit {
  port: number;
  /** PEM file of the CA that the certificate is verified by. */
  caFile: string;
  /** What to look at, as options of testssl. */
  checks: string[];
}

const limitMs = 240_000;
// It asks no DNS, and without --phone-out no OCSP responder and no list of revocations. To learn what
// its openssl can do it connects to where nothing is: to the name `invalid.`, unless told otherwise. And
// engines that its openssl may lack are no fault of the service.
const offline = ['--nodns', 'none', '--ip', '127.0.0.1'];
const nowhere = { NXCONNECT: '127.0.0.1:0', NO_ENGINE: 'true' };
const calm = ['--quiet', '--color', '0', '--warnings', 'batch'];
const patience = ['--connect-timeout', '10', '--openssl-timeout', '10'];

/**
 * Has testssl look at the TLS of a port of the loopback.
 * @throws {Error} with what it said, when it was not able to
 */
export async function audit(
  { folder, env }: Sandbox,
  { port, caFile, checks }: Audit,
): Promise<Finding[]> {
  const file = join(mkdtempSync(join(folder, 'testssl-')), 'findings.json');
  const report = ['--jsonfile', file, '--add-ca', caFile];
  const options = [...calm, ...offline, ...patience, ...report, ...checks];
  const command = ['testssl', ...options, `https://localhost:${port}`];
  const { stdout, stderr } = await runProgram(command, {
    cwd: folder,
    env: { ...env, ...nowhere },
    limitMs,
  });
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error(`testssl left no report. It said:\n${stdout}\n${stderr}`, { cause });
  }
}
