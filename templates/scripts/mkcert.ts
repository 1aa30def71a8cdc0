import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { Mistakes } from '../src/mistakes.js';
import type { Settings } from '../src/settings.js';

// The first package manager that is found here says how mkcert is installed. The second package
// holds certutil, without which Firefox and Chromium are not told of mkcert's authority.
const installers = [
  { program: 'apt', command: 'sudo apt install mkcert libnss3-tools' },
  { program: 'dnf', command: 'sudo dnf install mkcert nss-tools' },
  { program: 'pacman', command: 'sudo pacman -S mkcert nss' },
  { program: 'zypper', command: 'sudo zypper install mkcert mozilla-nss-tools' },
  { program: 'apk', command: 'sudo apk add mkcert nss-tools' },
  { program: 'brew', command: 'brew install mkcert nss' },
  { program: 'winget', command: 'winget install FiloSottile.mkcert' },
  { program: 'choco', command: 'choco install mkcert' },
  { program: 'scoop', command: 'scoop bucket add extras && scoop install mkcert' },
];

/**
 * Has mkcert write a certificate for `hosts`, and its key.
 *
 * @throws {Mistakes} when mkcert is not installed or refuses.
 */
export function issue({ PRIV_KEY, CERT_KEY }: Settings, hosts: string[]): void {
  for (const path of [PRIV_KEY, CERT_KEY]) mkdirSync(dirname(path), { recursive: true });
  const files = ['-cert-file', CERT_KEY, '-key-file', PRIV_KEY];
  const { error, status, stderr } = spawnSync('mkcert', ['-ecdsa', ...files, ...hosts], {
    encoding: 'utf8',
  });
  if (error) throw new Mistakes(howToInstall(), { cause: error });
  if (status !== 0) throw new Mistakes([`mkcert failed: ${stderr.trim()}`]);
  chmodSync(PRIV_KEY, 0o600);
}

function howToInstall(): string[] {
  const found = installers.find(({ program }) => isOnPath(program));
  const install = found?.command ?? 'https://github.com/FiloSottile/mkcert#installation';
  return [
    'mkcert is not installed. It makes certificates that your browsers trust. Run:',
    `  ${install}`,
    '  mkcert -install',
    '  npm run certs',
  ];
}

function isOnPath(program: string): boolean {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const names = [program, `${program}.exe`, `${program}.cmd`];
  return folders.some((folder) => names.some((name) => existsSync(join(folder, name))));
}
