import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { NodeEvidence, WindowsEvidence } from './table/evidence.js';
import { findProgram } from '../io/probes.js';
import { holds, type Root } from './certificate.js';
import { readText } from './files.js';
import { runProbe } from './nss.js';

/** @returns what decides which CAs a Node.js in this environment trusts */
export function nodeEvidence(root: Root): NodeEvidence {
  const { env, versions } = process;
  const named = env['NODE_EXTRA_CA_CERTS'] ?? '';
  const path = resolve(named);
  const text = readText(path);
  const extra = { path, readable: text !== undefined, holds: holds(text, root) };
  return {
    version: versions.node,
    ...(named === '' ? {} : { extra }),
    options: env['NODE_OPTIONS'] ?? '',
    useSystem: env['NODE_USE_SYSTEM_CA'] === '1',
    verificationDisabled: env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0',
    joined: join(homedir(), 'node-extra-ca-certs.pem'),
  };
}

/** The Windows Subsystem for Linux sets a variable, which sudo removes. */
function isInWindows(): boolean {
  const release = readText('/proc/sys/kernel/osrelease') ?? '';
  return process.env['WSL_DISTRO_NAME'] !== undefined || /microsoft/i.test(release);
}

/** @returns whether the Windows outside this Linux trusts the CA; undefined without Windows */
export async function windowsEvidence(root: Root): Promise<WindowsEvidence | undefined> {
  if (process.platform !== 'linux' || !isInWindows()) {
    return undefined;
  }
  const translated = await runProbe(['wslpath', '-w', root.path]);
  const share = `\\\\wsl.localhost\\${process.env['WSL_DISTRO_NAME'] ?? ''}`;
  const path = translated.ok ? translated.output.trim() : share + root.path.replaceAll('/', '\\');
  if (findProgram('certutil.exe') === undefined) {
    return { holds: undefined, path };
  }
  const asked = ['certutil.exe', '-user', '-verifystore', 'Root', root.serial];
  return { holds: (await runProbe(asked)).ok, path };
}

/** @returns whether this runs in a container, as marked by Docker and Podman */
export function isInContainer(): boolean {
  return ['/.dockerenv', '/run/.containerenv'].some((path) => existsSync(path));
}
