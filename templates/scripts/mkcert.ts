import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Mistakes } from '../src/mistakes.js';
import type { Settings } from '../src/settings.js';

/**
 * Has mkcert make a certificate for `hosts`, and its key. Both are moved into place when they are
 * whole. Gives false where mkcert is not installed.
 *
 * @throws {Mistakes} when mkcert refuses.
 */
export function issueByMkcert({ PRIV_KEY, CERT_KEY }: Settings, hosts: string[]): boolean {
  for (const path of [PRIV_KEY, CERT_KEY]) mkdirSync(dirname(path), { recursive: true });
  // mkcert leaves a file that is there with the mode that it has. Into this folder nobody else looks.
  const folder = mkdtempSync(join(dirname(PRIV_KEY), '.new-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  try {
    if (!run(['-ecdsa', '-cert-file', cert, '-key-file', key, ...hosts])) return false;
    chmodSync(key, 0o600);
    // A certificate without its key is made anew, a key without a certificate is somebody's.
    renameSync(cert, CERT_KEY);
    renameSync(key, PRIV_KEY);
    return true;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run(words: string[]): boolean {
  process.on('SIGINT', stay);
  const { error, status, signal, stderr } = spawnSync('mkcert', words, { encoding: 'utf8' });
  process.off('SIGINT', stay);
  if (error && 'code' in error && error.code === 'ENOENT') return false;
  if (error) throw new Mistakes([`mkcert cannot be started: ${error.message}`], { cause: error });
  if (status !== 0) throw new Mistakes([`mkcert failed: ${signal ?? stderr.trim()}`]);
  return true;
}

/** Ctrl-C ends mkcert, too. Whoever listens for it outlives that, and leaves nothing behind. */
function stay(): void {}
