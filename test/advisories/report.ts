import type { Audit } from './audit.js';

function linesOf(name: string, result: Audit): string[] {
  if ('silent' in result) {
    return [`${name}: unknown. The registry has no advisories (${result.silent}).`];
  }
  const found = result.findings.flatMap((finding) => [
    `  ${finding.name} (${finding.severity})`,
    ...finding.advisories.map((advisory) => `    ${advisory}`),
  ]);
  const count = result.findings.length;
  return [`${name}: ${count === 0 ? 'no known vulnerability' : `${count} affected`}`, ...found];
}

/**
 * @param audits by the name of what was checked
 * @returns what to print, and the exit code: 1 for a vulnerability, 2 if nothing is known, else 0
 */
export function report(audits: Record<string, Audit>): { text: string; exitCode: number } {
  const all = Object.values(audits);
  const isAffected = all.some((each) => 'findings' in each && each.findings.length > 0);
  const isUnknown = all.some((each) => 'silent' in each);
  const text = Object.entries(audits)
    .flatMap(([name, result]) => linesOf(name, result))
    .join('\n');
  if (isAffected) {
    return { text, exitCode: 1 };
  }
  return { text, exitCode: isUnknown ? 2 : 0 };
}
