import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lacking } from '../support/needs.js';
import { drive, setUpWindows, toolsFolder } from '../support/wine.js';

const compiler = 'x86_64-w64-mingw32-gcc-win32';
const goSources = '/usr/share/gocode';
/** The packages of Debian that mkcert is built with. */
const goPackages: Record<string, string> = {
  'golang.org/x/net': 'golang-golang-x-net-dev',
  'golang.org/x/text': 'golang-golang-x-text-dev',
  'golang.org/x/crypto': 'golang-golang-x-crypto-dev',
  'software.sslmate.com/src/go-pkcs12': 'golang-sslmate-src-go-pkcs12-dev',
};

/** @throws Error with the command that installs what is missing */
function checkPrograms(): void {
  const missing = [
    ...lacking(['wine', 'go', compiler, 'mkfs.exfat', 'mount.exfat-fuse', 'ntfs-3g']),
    ...Object.entries(goPackages).flatMap(([path, name]) =>
      existsSync(join(goSources, 'src', path)) ? [] : [name],
    ),
  ];
  if (missing.length > 0) {
    throw new Error(
      `Install the missing packages: apt-get install --no-install-recommends ${missing.join(' ')}`,
    );
  }
}

/** Builds a library that Go's programs load, if this Wine lacks it. */
function addRandomLibrary(): void {
  const library = join(drive, 'windows/system32/bcryptprimitives.dll');
  if (!existsSync(library)) {
    const source = join(import.meta.dirname, 'prng.c');
    execFileSync(compiler, ['-shared', '-o', library, source, '-ladvapi32'], { stdio: 'pipe' });
  }
}

/** Builds the program that ends a process with its children. */
function addTaskkill(): void {
  const source = join(import.meta.dirname, 'taskkill.c');
  execFileSync(compiler, ['-o', join(toolsFolder, 'taskkill.exe'), source], { stdio: 'pipe' });
}

/** Downloads mkcert's source from the place from which apt-get gets the package. */
async function sourceOfMkcert(): Promise<{ version: string; archive: Buffer }> {
  const said = execFileSync('apt-get', ['download', '--print-uris', 'mkcert'], {
    encoding: 'utf8',
  });
  const [, folder, version] = /'(.*\/)mkcert_([\d.]+)-[^/']*'/.exec(said) ?? [];
  if (folder === undefined || version === undefined) {
    throw new Error('apt-get does not know where mkcert is. Run: apt-get update');
  }
  const response = await fetch(`${folder}mkcert_${version}.orig.tar.gz`);
  if (!response.ok) {
    throw new Error(`The source of mkcert cannot be downloaded: HTTP status ${response.status}.`);
  }
  return { version, archive: Buffer.from(await response.arrayBuffer()) };
}

/** Builds mkcert.exe, since no registry has it. */
async function addMkcert(): Promise<void> {
  const program = join(toolsFolder, 'mkcert.exe');
  if (existsSync(program)) {
    return;
  }
  const { version, archive } = await sourceOfMkcert();
  const folder = mkdtempSync(join(tmpdir(), 'mkcert-'));
  const source = join(folder, 'src/filippo.io/mkcert');
  try {
    mkdirSync(source, { recursive: true });
    writeFileSync(join(folder, 'mkcert.tar.gz'), archive);
    const unpack = ['--strip-components=1', '-C', source, '-xzf', join(folder, 'mkcert.tar.gz')];
    execFileSync('tar', unpack);
    const build = ['build', '-ldflags', `-X main.Version=v${version}`, '-o', 'mkcert.exe'];
    execFileSync('go', build, {
      cwd: source,
      stdio: 'pipe',
      env: {
        ...process.env,
        HOME: folder,
        GOPATH: `${folder}:${goSources}`,
        GO111MODULE: 'off',
        GOOS: 'windows',
        CGO_ENABLED: '0',
      },
    });
    cpSync(join(source, 'mkcert.exe'), program);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Makes Windows ready, once: it takes about a minute. */
export async function setup(): Promise<void> {
  checkPrograms();
  await setUpWindows([20, 22]);
  mkdirSync(toolsFolder, { recursive: true });
  addRandomLibrary();
  addTaskkill();
  await addMkcert();
}
