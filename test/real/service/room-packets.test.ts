import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { root } from '../../support/cli.js';
import { describeWith } from '../../support/needs.js';
import { seed } from '../../support/sample.js';

const run = promisify(execFile);

// `npm run rooms` counts them for up to 10,000 rooms.
describeWith(['redis-server'], 'instances that share rooms', () => {
  it('receive each message of their own rooms once, and no others', async () => {
    const script = join(root, 'test/rooms/main.ts');
    const options = ['--small', '--messages', '100', '--seed', String(seed)];
    const { stdout } = await run(process.execPath, ['--import', 'tsx', script, ...options], {
      cwd: root,
      timeout: 240_000,
    });
    expect(stdout).not.toContain('wrong');
    // With four instances, two receive each message.
    expect(stdout.match(/^\d+ +4 +2\.00 +4$/gm)).toHaveLength(2);
  });
});
