import { linkSync, mkdirSync, writeFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { drive } from './wine.js';
import type { WindowsRoom } from './windows-room.js';

/** Batch files start another program by its path, since cmd looks in the current folder first. */
function batch(room: WindowsRoom, script: string): string {
  return `@"${room.node}" "%~dp0${script}" %*\r\n`;
}

const git = `
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
const [command, option] = process.argv.slice(2);
const cwd = realpathSync.native('.');
const folders = [cwd];
while (dirname(folders.at(-1)) !== folders.at(-1)) folders.push(dirname(folders.at(-1)));
const up = folders.findIndex((folder) => existsSync(join(folder, '.git')));
if (command === 'init') mkdirSync('.git');
if (command === 'rev-parse') {
  if (up < 0) console.error('fatal: not a git repository (or any of the parent directories): .git');
  if (up < 0 || option === '--verify') process.exit(128);
  const slashes = (path) => path.replaceAll('\\\\', '/');
  const prefix = slashes(relative(folders[up], cwd));
  const said = {
    '--show-cdup': '../'.repeat(up),
    '--show-prefix': prefix === '' ? '' : prefix + '/',
    '--show-toplevel': slashes(folders[up]),
  };
  console.log(said[option]);
}
if (command === 'ls-files' || command === 'check-ignore') process.exit(1);
`;

/** npm under Wine never ends an install: this one has nothing to install, and does the rest. */
export function addNpm(room: WindowsRoom): string {
  const npm = `${room.nodeFolder}\\node_modules\\npm\\bin\\npm-cli.js`;
  const script = `if (process.argv[2] !== 'install') require(${JSON.stringify(npm)});`;
  mkdirSync(room.at('npm'));
  writeFileSync(room.at('npm/npm.cjs'), script);
  writeFileSync(room.at('npm/npm.cmd'), batch(room, 'npm.cjs'));
  return room.path('npm');
}

/** Git for Windows is in no registry: this program answers as it does, and creates no commits. */
export function addGit(room: WindowsRoom): string {
  mkdirSync(room.at('git'), { recursive: true });
  writeFileSync(room.at('git/git.mjs'), git);
  writeFileSync(room.at('git/git.cmd'), batch(room, 'git.mjs'));
  return room.path('git');
}

/** A package manager as npm installs it globally: a batch file beside its package. */
export function addManager(room: WindowsRoom, name: string, version: string): string {
  const folder = room.at('global/node_modules', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version }));
  writeFileSync(room.at('global', `${name}.cmd`), '@exit 1\r\n');
  return room.path('global');
}

/** Programs that a cloned repository could contain. */
const names = ['git', 'mkcert', 'node', 'npm', 'npx', 'pnpm', 'certutil', 'taskkill', 'cmd'];

/**
 * Puts programs into a folder that must not run.
 * @returns the environment in which they record that they did, and what they recorded
 */
export function addTraps(room: WindowsRoom, folder: string) {
  const node = join(drive, `Program Files/nodejs${room.release}/node.exe`);
  for (const name of names) {
    linkSync(node, room.at(folder, `${name}.exe`));
  }
  for (const name of ['git', 'npm', 'npx']) {
    writeFileSync(room.at(folder, `${name}.cmd`), `@echo ${name}.cmd>>"${room.path('ran')}"\r\n`);
  }
  const script = `import { appendFileSync } from 'node:fs';
    if (!process.execPath.includes('nodejs')) appendFileSync(${JSON.stringify(room.path('ran'))}, process.execPath);`;
  writeFileSync(room.at('record.mjs'), script);
  const url = `file:///${encodeURI(room.path('record.mjs').replaceAll('\\', '/'))}`;
  return {
    env: { NODE_OPTIONS: `--import ${url}` },
    ran: () => (existsSync(room.at('ran')) ? readFileSync(room.at('ran'), 'utf8') : ''),
  };
}
