import type { Ca } from './machine.js';

/** The programs of a system that check, add and remove a CA for the current user, without mkcert. */
interface OwnPrograms {
  check: string[];
  add: string[];
  remove: string[];
}

const certutil = ['certutil.exe', '-user'];

type Certificate = Pick<Ca, 'path' | 'serial'>;

/** @returns the commands of Windows */
export function ofWindows({ path, serial }: Certificate): OwnPrograms {
  return {
    check: [...certutil, '-verifystore', 'Root', serial],
    add: [...certutil, '-addstore', 'Root', path],
    remove: [...certutil, '-delstore', 'Root', serial],
  };
}

function ofMac({ path }: Certificate): OwnPrograms {
  const keychain = ['-k', 'login.keychain-db'];
  return {
    check: ['security', 'verify-cert', '-L', '-l', '-c', path],
    add: ['security', 'add-trusted-cert', '-r', 'trustRoot', ...keychain, path],
    remove: ['security', 'remove-trusted-cert', path],
  };
}

/** @returns the commands of a system for its own trust store; undefined on Linux */
export function ownPrograms(platform: string, ca: Certificate): OwnPrograms | undefined {
  const systems: Record<string, (ca: Certificate) => OwnPrograms> = {
    win32: ofWindows,
    darwin: ofMac,
  };
  return systems[platform]?.(ca);
}
