import { afterAll, expect, it } from 'vitest';
import { root, runProgram } from '../../support/cli.js';
import { sandbox } from '../../support/sandbox.js';

const place = sandbox();
afterAll(() => place.remove());

it.each(['lint', 'check', 'test', 'build'])(
  'the templates pass their own %s in place',
  async (name) => {
    const { code, stdout, stderr } = await runProgram(
      ['npm', 'run', name, '--workspace', 'templates'],
      {
        cwd: root,
        env: place.env,
      },
    );
    expect(code, stdout + stderr).toBe(0);
  },
);
