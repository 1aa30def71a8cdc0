import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram, type Ended } from '../../support/cli.js';
import { answersOf, extrasOn } from '../../support/combinations.js';
import { blocksOf } from '../../support/parsers.js';
import { sampleOf } from '../../support/sample.js';
import { sandbox } from '../../support/sandbox.js';
import { filesOf, linkPackages, write } from '../../support/updating.js';

const place = sandbox();
afterAll(() => place.remove());

const projects = [
  ['js', {}],
  // The tests of Redis take minutes, and use only rooms.
  ['ts', extrasOn(['rooms', 'auth', 'metrics', 'docker'])],
] as const;

describe.each(sampleOf(projects, 1))(
  'in a project in %s, with the extras %o',
  (language, extras) => {
    const project = join(place.folder, language);
    const files = filesOf(answersOf({ language, ...extras }));
    const [line = '', route = ''] = blocksOf(language, files['README.md'] ?? '');

    beforeAll(() => {
      write(project, files);
      linkPackages(project);
    });

    /** Replaces the echo of a file, as its owner does. */
    function change(path: string): void {
      const text = readFileSync(join(project, path), 'utf8');
      expect(text).toContain('Echo: ');
      writeFileSync(join(project, path), text.replace('Echo: ', 'You said: '));
    }

    function runTests(...paths: string[]): Promise<Ended> {
      const loader = language === 'ts' ? ['--import', 'tsx'] : [];
      const command = [process.execPath, ...loader, `test/run.${language}`, ...paths];
      return runProgram(command, { cwd: project, env: place.env });
    }

    it('the README begins with the line that answers', () => {
      expect(files[`src/routes/live.${language}`]).toContain(line.trim());
    });

    it(
      'only live.test fails after a change of /live, and a new route',
      { timeout: 600_000 },
      async () => {
        change(`src/routes/live.${language}`);
        write(project, { [`src/routes/hello.${language}`]: route });
        const { code, stdout } = await runTests();
        const [, failed = ''] = stdout.split('failing tests:');
        const places = [...failed.matchAll(/^test at (\S+?):/gm)].map(([, path]) => path);
        expect({ code, places }, stdout.slice(-3000)).toEqual({
          code: 1,
          places: [`test/live.test.${language}`],
        });
        expect(failed).toContain(`change this test with src/routes/live.${language}`);
        expect(failed.split('\n').length).toBeLessThan(40);
      },
    );

    it('the same change in live.test mends it', async () => {
      const path = `test/live.test.${language}`;
      change(path);
      const { code, stdout } = await runTests(path);
      expect(code, stdout.slice(-3000)).toBe(0);
    });
  },
);
