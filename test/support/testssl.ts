import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './cli.js';
import type { Sandbox } from './sandbox.js';

/**
 * The findings of testssl. It grades from OK and INFO over LOW to CRITICAL, and warns about itself.
 */
export interface Finding {
  id: string;
  severity: string;
  finding: string;
}

interface Audit {
  port: number;
  /** PEM file of the CA that verifies the certificate. */
  caFile: string;
  /** The checks to run, as options of testssl. */
  checks: string[];
}

const limitMs = 240_000;
// It does not use DNS and, without --phone-out, no OCSP responder and no revocation list. To find
// out what its openssl supports, it connects to a host that does not exist: `invalid.`, unless
// another one is given. Engines that its openssl may lack are not a fault of the service.
const offline = ['--nodns', 'none', '--ip', '127.0.0.1'];
const nowhere = { NXCONNECT: '127.0.0.1:0', NO_ENGINE: 'true' };
const calm = ['--quiet', '--color', '0', '--warnings', 'batch'];
const patience = ['--connect-timeout', '10', '--openssl-timeout', '10'];

/**
 * Runs testssl for a port of the loopback interface.
 *
 * @throws {Error} with its output, if it failed
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
