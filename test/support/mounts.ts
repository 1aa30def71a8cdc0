import { execFileSync } from 'node:child_process';

/** Mounting takes rights that root has on a machine and not in every container. */
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
 * A command that runs a script in a mount namespace of its own, and then, in the same process, the
 * command that follows. The script finds its folder as `$0`.
 */
export function mounting(script: string, folder: string): string[] {
  return ['unshare', '--mount', 'sh', '-c', `${script} && exec "$@"`, folder];
}
