import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

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

/** The command that installs mkcert on this system, or the page that says how. */
export function howToInstall(): string {
  const found = installers.find(({ program }) => isOnPath(program));
  return found?.command ?? 'https://github.com/FiloSottile/mkcert#installation';
}

function isOnPath(program: string): boolean {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const names = [program, `${program}.exe`, `${program}.cmd`];
  return folders.some((folder) => names.some((name) => existsSync(join(folder, name))));
}
