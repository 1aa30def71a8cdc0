import { execFileSync } from 'node:child_process';

/** Mounting needs privileges that root has on a machine, but not in every container. */
export function canMount(folder: string): boolean {
  try {
    const script = 'mount -t tmpfs -o size=100k tmpfs "$0"';
    execFileSync('unshare', ['--mount', 'sh', '-c', script, folder], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

/**
 * A command that runs a script in its own mount namespace and then, in the same process, the
 * command after it. The script gets its folder as `$0`.
 */
export function mounting(script: string, folder: string): string[] {
  return ['unshare', '--mount', 'sh', '-c', `${script} && exec "$@"`, folder];
}
