import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { describeWith } from '../../support/needs.js';
import { processesIn } from '../../support/processes.js';
import { create } from '../../support/project.js';
import { sandbox } from '../../support/sandbox.js';
import { openTerminal } from '../../support/terminal.js';

const patience = 15_000;

describeWith(['tmux', 'mkcert'], 'a terminal that is closed while the service runs', () => {
  const place = sandbox();
  afterAll(() => place.remove());

  it.each(['ts', 'js'] as const)('ends the service, in %s', async (language) => {
    const flags = ['--no-git', '--overwrite'];
    const project = await create({ sandbox: place, way: 'mkcert', language, flags });
    const terminal = await openTerminal({
      command: ['npm', 'run', 'dev'],
      cwd: project.folder,
      env: project.env,
      socketFolder: place.home,
    });
    await terminal.waitFor('Page: ');
    expect(processesIn(project.folder).length).toBeGreaterThan(0);
    await terminal.close();
    const end = Date.now() + patience;
    while (processesIn(project.folder).length > 0 && Date.now() < end) {
      await sleep(100);
    }
    const left = processesIn(project.folder);
    left.forEach((pid) => process.kill(pid, 'SIGKILL'));
    expect(left).toEqual([]);
  });
});
