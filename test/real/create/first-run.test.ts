import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { freePort } from '../../../src/create/verify/server.js';
import { openBrowser } from '../../support/browser.js';
import { bin, runProgram } from '../../support/cli.js';
import { describeWith } from '../../support/needs.js';
import { room } from '../../support/room.js';

const { sandbox, at, open } = room();
const needs = ['tmux', 'mkcert', 'certutil', 'chromium', 'git'];

describeWith(needs, 'the first run, with Enter at every question', () => {
  it('ends with a running project, whose page opens in Chromium without a warning', async () => {
    const place = sandbox();
    const port = String(await freePort());
    const terminal = await open({ command: [process.execPath, bin, '--port', port] });
    for (let question = 1; question <= 7; question += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one question after another
      await terminal.waitFor(new RegExp(`◆[^◆]*\\(${question} of 7\\)`));
      // oxlint-disable-next-line no-await-in-loop -- as above
      await terminal.press('Enter');
    }
    const screen = await terminal.waitFor(/Page: https:[^ ]+/);
    expect(screen).toContain('Certificate trusted by');
    const browser = await openBrowser(place);
    try {
      const page = await browser.newPage();
      await page.goto(`https://localhost:${port}/`);
      await page.locator('body[data-state=open]').waitFor({ timeout: 10_000 });
    } finally {
      await browser.close();
    }
    await terminal.press('C-c');
    expect(await terminal.ended(), await terminal.screen()).toBe(0);

    const record = JSON.parse(readFileSync(at('fastify-wss-app/.create-fastify-wss.json'), 'utf8'));
    expect(record.answers).toMatchObject({ language: 'ts', certSource: 'mkcert' });
    const git = ['git', 'ls-files', '--', '.env', 'certs/key.pem', 'package-lock.json'];
    const { stdout } = await runProgram(git, { cwd: at('fastify-wss-app'), env: place.env });
    expect(stdout).toBe('package-lock.json');
  });
});
