import { runProgram } from '../support/cli.js';
import type { Environment } from '../support/sandbox.js';

/** A package with a known vulnerability, in words. */
export interface Finding {
  name: string;
  severity: string;
  /** Titles and addresses of its advisories. */
  advisories: string[];
}

/** What a registry says about a lockfile: `findings`, or why it says nothing. */
export type Audit = { findings: Finding[] } | { silent: string };

interface Vulnerability {
  severity: string;
  /** Advisories, and names of dependencies that have one. */
  via: (string | { title: string; url: string })[];
}

interface AuditReport {
  vulnerabilities?: Record<string, Vulnerability>;
  message?: string;
}

function findingsIn(vulnerabilities: Record<string, Vulnerability>): Finding[] {
  const all = Object.entries(vulnerabilities).map(([name, { severity, via }]) => ({
    name,
    severity,
    advisories: via.flatMap((each) =>
      typeof each === 'string' ? [] : `${each.title} ${each.url}`,
    ),
  }));
  return all.filter(({ advisories }) => advisories.length > 0);
}

function parse(text: string): AuditReport {
  try {
    return JSON.parse(text);
  } catch {
    return { message: 'npm audit printed no JSON' };
  }
}

/** Asks the registry that npm uses in a folder with a lockfile. */
export async function audit(cwd: string, env: Environment): Promise<Audit> {
  const command = ['npm', 'audit', '--json', '--package-lock-only'];
  const { vulnerabilities, message } = parse((await runProgram(command, { cwd, env })).stdout);
  return vulnerabilities === undefined
    ? { silent: message ?? 'npm audit printed no report' }
    : { findings: findingsIn(vulnerabilities) };
}
