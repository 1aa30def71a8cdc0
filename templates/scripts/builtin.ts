import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The package that made this project, in the version that made it. It can issue certificates, too. */
export function issuer(): string {
  return `create-fastify-wss@${recordedVersion()}`;
}

/**
 * Has that package make a certificate for `hosts`, with an authority that mkcert takes over once it
 * is installed. npx fetches it. Gives the exit code.
 */
export function issueByPackage(hosts: string[]): number {
  const words = ['--yes', issuer(), 'certs', ...hosts];
  console.log(`mkcert is not installed, so this makes the certificate: npx ${words.join(' ')}`);
  const { status } =
    process.platform === 'win32'
      ? // Windows starts npx.cmd by a shell alone. Nothing in the words has a meaning to it.
        spawnSync(['npx.cmd', ...words].join(' '), { stdio: 'inherit', shell: true })
      : spawnSync('npx', words, { stdio: 'inherit' });
  return status ?? 1;
}

function recordedVersion(): string {
  try {
    const { version } = JSON.parse(readFileSync('.create-fastify-wss.json', 'utf8'));
    return /^\d+\.\d+\.\d+[\w.+-]*$/.test(version) ? version : 'latest';
  } catch {
    // Whoever has deleted the record, or cannot read it, gets the newest.
    return 'latest';
  }
}
