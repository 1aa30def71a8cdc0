import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bin, root, runProgram } from '../../support/cli.js';
import { echo } from '../../support/client.js';
import { blocksOf } from '../../support/parsers.js';
import { freePort, start } from '../../support/running.js';

// Inside node_modules/ of the templates, so that Node finds their packages.
const cache = join(root, 'templates/node_modules/.cache');
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, 'readme-'));
afterAll(() => rmSync(folder, { recursive: true }));

const env = { PATH: process.env['PATH'], HOME: folder };

async function succeed(command: string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await runProgram(command, { cwd, env });
  expect(code, `${command.join(' ')}\n${stdout}${stderr}`).toBe(0);
  return stdout;
}

describe.each([
  ['ts', ['--import', 'tsx']],
  ['js', []],
] as const)('the code in the README of a project in %s', (language, flags) => {
  it('compiles and does what the README says', { timeout: 120_000 }, async () => {
    const port = await freePort();
    const options = '--yes --no-https --no-install --no-git --language'.split(' ');
    const words = [language, ...options, language, '--port', String(port)];
    await succeed([process.execPath, bin, ...words], folder);
    const project = join(folder, language);
    const readme = readFileSync(join(project, 'README.md'), 'utf8');
    const [, route = ''] = blocksOf(language, readme);
    writeFileSync(join(project, `src/routes/hello.${language}`), route);
    writeFileSync(join(project, 'client.js'), blocksOf('js', readme).at(-1) ?? '');
    if (language === 'ts') {
      await succeed(['npx', 'tsc'], project);
    }

    const origin = `http://localhost:${port}`;
    const settings = { ...env, PORT: String(port), HTTPS: '0', DOMAINS: origin };
    const server = [process.execPath, ...flags, `src/server.${language}`];
    const service = await start(server, { cwd: project, env: settings, port });
    try {
      const say = (message: string) => echo(`ws://localhost:${port}/hello`, message, { origin });
      expect(await say('{ "name": "Ada" }')).toBe('{"greeting":"Hello, Ada!"}');
      expect(await say('{ "name": 1, "more": [] }')).toContain('greeting');
      expect(await say('{}')).toContain('error');
      expect(await say('not JSON')).toContain('error');
      const client = spawn(process.execPath, ['client.js'], { cwd: project, env });
      const [said] = await once(client.stdout, 'data', { signal: AbortSignal.timeout(30_000) });
      client.kill('SIGKILL');
      expect(String(said)).toBe('Echo: hello\n');
      expect(service.output()).not.toMatch(/"level":[56]0/);
    } finally {
      await service.stop();
    }
  });
});
