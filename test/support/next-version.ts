import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { root } from './cli.js';

/** The version that `buildNext` builds, newer than any other. */
export const nextVersion = '99.0.0';

type Edit = (text: string) => string;

function edit(path: string, change: Edit): void {
  const before = readFileSync(path, 'utf8');
  const after = change(before);
  if (after === before) {
    throw new Error(`Nothing to change in ${path}.`);
  }
  writeFileSync(path, after);
}

/** Changes every file in a folder that has what is to be replaced. */
function editAll(folder: string, from: string, to: string): void {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const used = files.filter((path) => readFileSync(path, 'utf8').includes(from));
  if (used.length === 0) {
    throw new Error(`No file has ${from}.`);
  }
  used.forEach((path) => edit(path, (text) => text.replaceAll(from, to)));
}

/** Names in heartbeat.ts, which are on about half of its lines. */
const rewritten: Record<string, string> = {
  turns: 'schedule',
  pingNext: 'pingDue',
  few: 'quota',
  timer: 'ticker',
  now: 'time',
  at: 'due',
  socket: 'client',
};

/** What the next version changes, by what each change is an example of. */
const changes: Record<string, (at: (path: string) => string) => void> = {
  lines: (at) => {
    edit(at('templates/src/lib/addresses.ts'), (text) => `// Reads addresses.\n${text}`);
    edit(at('templates/README.md'), (text) => `${text.trimEnd()}\n\nSee also the changelog.\n`);
  },
  'a new file': (at) => {
    const text = '/** Seconds since the start. */\nexport const uptime = () => process.uptime();\n';
    writeFileSync(at('templates/src/lib/uptime.ts'), text);
  },
  'a dropped file': (at) => {
    const dropped = at('templates/src/lib/once-per-minute.ts');
    const text = readFileSync(dropped, 'utf8');
    rmSync(dropped);
    edit(at('templates/src/lib/log.ts'), (log) => `${log}\n${text}`);
    editAll(at('templates/src'), '/once-per-minute.js', '/log.js');
  },
  'a moved file': (at) => {
    renameSync(at('templates/src/lib/replies.ts'), at('templates/src/lib/answers.ts'));
    editAll(at('templates'), '/replies.js', '/answers.js');
    edit(at('templates/src/lib/answers.ts'), (text) => `${text}\nexport const most = 1;\n`);
  },
  'a rewritten file': (at) =>
    edit(at('templates/src/plugins/heartbeat.ts'), (text) =>
      text.replaceAll(/(?<![.-])\b\w+\b/g, (word) => rewritten[word] ?? word),
    ),
  'a renamed setting': (at) => editAll(at('templates'), 'MAX_BUFFERED_BYTES', 'MAX_WAITING_BYTES'),
  'package.json': (at) =>
    edit(at('templates/package.json'), (text) =>
      text.replace('"scripts": {', '"scripts": {\n    "changelog": "git log --oneline",'),
    ),
  version: (at) =>
    edit(at('package.json'), (text) =>
      text.replace(/"version": "[^"]+"/, `"version": "${nextVersion}"`),
    ),
  migrations: (at) =>
    edit(at('src/update/migrations.ts'), (text) =>
      text.replace(
        /(migrations: Migration\[\] = \[)/,
        `$1{
          version: '${nextVersion}',
          moves: { 'src/lib/replies.ts': 'src/lib/answers.ts' },
          notes: [{ uses: /MAX_BUFFERED_BYTES/, advice: 'MAX_BUFFERED_BYTES is MAX_WAITING_BYTES now.' }],
        },`,
      ),
    ),
};

async function copySources(folder: string): Promise<void> {
  const list = [
    'ls-files',
    '-z',
    '--cached',
    '--others',
    '--exclude-standard',
    '--',
    'src',
    'templates',
    'package.json',
    'tsconfig.json',
  ];
  const { stdout } = await execa('git', list, { cwd: root });
  for (const path of [...new Set(stdout.split('\0'))].filter(
    (name) => existsSync(join(root, name)) && name !== '',
  )) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    copyFileSync(join(root, path), join(folder, path));
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
}

/**
 * Builds a later version of this package, with changes of every kind in its templates.
 * @param folder an empty folder
 * @returns the path of its program
 */
export async function buildNext(folder: string): Promise<string> {
  await copySources(folder);
  Object.values(changes).forEach((change) => change((path) => join(folder, path)));
  // The build takes the templates that git knows.
  await execa('git', ['init', '--quiet'], { cwd: folder });
  await execa('git', ['add', 'templates'], { cwd: folder });
  const config = ['--silent', '--config', 'src/build/tsup.config.ts'];
  await execa(process.execPath, [join(root, 'node_modules/tsup/dist/cli-default.js'), ...config], {
    cwd: folder,
  });
  return join(folder, 'dist/cli.js');
}
