import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bin, cli, runProgram } from '../../support/cli.js';
import { fuseSystems, whyNotMounted } from '../../support/mounts.js';
import { describeWith } from '../../support/needs.js';
import { identity, sandbox } from '../../support/sandbox.js';

const place = sandbox();
const plain = ['--yes', '--no-https', '--no-install', '--no-git'];
const words = plain.join(' ');
const create = `'${process.execPath}' '${bin}'`;
/** The same project on the usual file system. */
const model = join(place.folder, 'model/app');
const atCall = join(import.meta.dirname, '../../support/at-call.mjs');

beforeAll(() => cli([model, ...plain], { cwd: place.folder, env: place.env }));
afterAll(() => place.remove());

/** Runs lines of sh on a new file system, and returns their output, each with its exit code. */
async function runOn(mount: string[], lines: string[]): Promise<string[]> {
  const disk = join(place.folder, 'disk');
  mkdirSync(disk, { recursive: true });
  rmSync(`${disk}.img`, { force: true });
  const each = lines.map((line) => `(${line}) 2>&1; echo "exit $?"; printf '\\0'`);
  const script = [...mount, ['cd "$0"', ...each].join('\n')].join(' && ');
  const { stdout, stderr } = await runProgram(['unshare', '--mount', 'sh', '-c', script, disk], {
    cwd: place.folder,
    env: { ...place.env, ...identity },
  });
  expect(stderr).toBe('');
  return stdout.split('\0').slice(0, -1);
}

/** A run that ends with a signal at one of its calls, what it left, and the next run. */
function interruptedAt(call: number, signal: string): string[] {
  const preload = `NODE_OPTIONS='--import ${atCall}' AT_CALL=${call} AT_FOLDER="$0" AT_EVENT=${signal}`;
  return [
    `${preload} ${create} app ${words}; [ $? -gt 0 ] && ls -A`,
    `${create} app ${words} >&2; diff -r '${model}' app && ls -A; rm -r app`,
  ];
}

for (const { title, programs, mount } of fuseSystems) {
  describeWith(programs, `a disk with ${title}`, () => {
    const folder = join(place.folder, title);
    mkdirSync(folder);
    const why = whyNotMounted({ title, programs, mount }, folder);

    const skipped = why === '' ? '' : ` (skipped: ${why})`;

    describe.skipIf(why !== '')(`through FUSE${skipped}`, () => {
      it('gets the whole project; a second run changes nothing', async () => {
        const [first, second, same, listing] = await runOn(mount, [
          `${create} app ${words}`,
          `${create} app ${words}`,
          `diff -r '${model}' app`,
          'ls -A',
        ]);
        expect(first).toMatch(/^✓ Wrote \d+ files in app [^]*exit 0\n$/);
        expect([second, same, listing]).toEqual([
          'Nothing to do.\nexit 0\n',
          'exit 0\n',
          'app\nexit 0\n',
        ]);
      });

      it('keeps its files in a conflict, until --overwrite', async () => {
        const [refused, kept, replaced, listing] = await runOn(mount, [
          `mkdir app; echo mine >app/package.json; echo mine >app/notes; ${create} app ${words}`,
          'cat app/*; ls -A app',
          `${create} app ${words} --overwrite`,
          `diff -r '${model}' app; cat app/notes; ls -A`,
        ]);
        expect(refused).toMatch(/package\.json[^]*exit 2\n$/);
        expect(kept).toBe('mine\nmine\nnotes\npackage.json\nexit 0\n');
        expect(replaced).toMatch(/^✓ Wrote \d+ files in app [^]*exit 0\n$/);
        expect(listing).toBe('Only in app: notes\nmine\napp\nexit 0\n');
      });

      it('gets a git repository and a certificate, with a warning about the key', async () => {
        const [created, status, again, names] = await runOn(mount, [
          `${create} app --yes --no-install`,
          'cd app && git status --short && git log --format=%s',
          `cd app && ${create} certs app.test`,
          'ls -A; ls -A app/certs',
        ]);
        const readable = /created: other users can read \S+key\.pem, .* has no permissions\n/;
        expect(created).toMatch(readable);
        expect(created).toMatch(/✓ First commit created\n[^]*exit 0\n$/);
        expect(status).toMatch(/^\S.*\nexit 0\n$/);
        expect(again).toMatch(readable);
        expect(again).toMatch(/✓ certs\/cert\.pem is valid for localhost, app\.test[^]*exit 0\n$/);
        expect(names).toBe('app\n.gitignore\ncert.pem\nkey.pem\nexit 0\n');
      });

      it.each([
        ['SIGINT', /^(?![^]*\.create-fastify-wss-)[^]*exit 0\n$/],
        ['SIGKILL', /exit 0\n$/],
      ])('keeps nothing of a run that %s ends, or of the next run', async (signal, left) => {
        const calls = [2, 20, 75];
        const runs = await runOn(
          mount,
          calls.flatMap((call) => interruptedAt(call, signal)),
        );
        expect(runs).toEqual(
          calls.flatMap(() => [
            expect.stringMatching(left),
            expect.stringMatching(/^[^]*\napp\nexit 0\n$/),
          ]),
        );
      });
    });
  });
}
