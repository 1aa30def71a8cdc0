import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

function succeeds(script: string, folder: string): boolean {
  try {
    execFileSync('unshare', ['--mount', 'sh', '-c', script, folder], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

/** Mounting needs privileges that root has on a machine, but not in every container. */
export function canMount(folder: string): boolean {
  return succeeds('mount -t tmpfs -o size=100k tmpfs "$0"', folder);
}

/**
 * A command that runs a script in its own mount namespace and then, in the same process, the
 * command after it. The script gets its folder as `$0`.
 */
export function mounting(script: string, folder: string): string[] {
  return ['unshare', '--mount', 'sh', '-c', `${script} && exec "$@"`, folder];
}

/** A file system that runs as a program (FUSE). */
interface FuseSystem {
  title: string;
  /** The programs that it needs. */
  programs: string[];
  /** Lines of sh: they make the file `$0.img`, and mount it at the folder `$0`. */
  mount: string[];
}

const image = 'truncate -s 24M "$0.img"';

/** File systems of Windows, on which Linux has no hard links, no modes, or both. */
export const fuseSystems: FuseSystem[] = [
  {
    title: 'exFAT',
    programs: ['mkfs.exfat', 'mount.exfat-fuse'],
    mount: [
      image,
      'mkfs.exfat "$0.img" >/dev/null',
      'loop=$(losetup --find --show "$0.img")',
      'mount.exfat-fuse "$loop" "$0" >/dev/null; mounted=$?',
      // Without a mount, the device is released now, and otherwise with the mount.
      'losetup --detach "$loop"; test $mounted = 0',
    ],
  },
  {
    title: 'NTFS',
    programs: ['mkfs.ntfs', 'ntfs-3g'],
    mount: [image, 'mkfs.ntfs -F -q "$0.img" 2>/dev/null >&2', 'ntfs-3g "$0.img" "$0"'],
  },
];

/** @returns why a file system cannot be mounted in an empty folder; empty if it can */
export function whyNotMounted({ mount }: FuseSystem, folder: string): string {
  if (!existsSync('/dev/fuse')) {
    return 'this machine has no /dev/fuse';
  }
  return succeeds(mount.join(' && '), folder) ? '' : 'mounting it is not permitted here';
}
