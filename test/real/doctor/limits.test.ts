import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { healthyScenarios } from '../../scenarios/proxies.js';
import { hostileScenarios } from '../../scenarios/hostile.js';
import { openScene, type Scenario, type Scene } from '../../scenarios/scene.js';
import { bin, runProgram } from '../../support/cli.js';
import { describeWith } from '../../support/needs.js';

/** How much more memory doctor may use with a hostile server than with a healthy one, in KiB. */
const room = 32 * 1024;
/** The maximum duration with a limit of one second for each stage, in milliseconds. */
const longest = 20_000;

const place: { scene?: Scene; usual?: number } = {};

/** Records the maximum memory of the process. */
const noting = `
  import { writeFileSync } from 'node:fs';
  process.on('exit', () =>
    writeFileSync(process.env.HOME + '/most', String(process.resourceUsage().maxRSS)));`;

function here(): Scene {
  if (place.scene === undefined) {
    throw new Error('There is no scene.');
  }
  return place.scene;
}

/** @returns the maximum memory of doctor, in KiB, and its output */
async function look(scenario: Scenario) {
  const scene = here();
  try {
    const { args } = await scenario.build(scene);
    const preload = pathToFileURL(scene.file('noting.mjs', noting)).href;
    const command = [process.execPath, `--import=${preload}`, bin, 'doctor', ...args, '--json'];
    const { env, folder, home } = scene.sandbox;
    const { code, stdout } = await runProgram(command, { cwd: folder, env, limitMs: longest });
    return { code, stdout, most: Number(readFileSync(join(home, 'most'), 'utf8')) };
  } finally {
    await scene.end();
  }
}

describeWith(['certutil'], 'doctor, with servers that never finish', () => {
  beforeAll(async () => {
    place.scene = await openScene();
    const [healthy] = healthyScenarios;
    place.usual = healthy === undefined ? 0 : (await look(healthy)).most;
  });
  afterAll(async () => {
    await place.scene?.sandbox.remove();
  });

  it.each(hostileScenarios.map((scenario) => [scenario.name, scenario] as const))(
    'ends and uses no more memory than it needs: %s',
    async (_name, scenario) => {
      const { code, stdout, most } = await look(scenario);
      expect(code, stdout).toBe(scenario.codes.includes('healthy') ? 0 : 1);
      expect(most).toBeLessThan((place.usual ?? 0) + room);
    },
  );

  it('does not wait for a DNS lookup that has timed out', async () => {
    const scene = here();
    const { folder, env } = scene.sandbox;
    // A lookup by the system keeps the process alive until its DNS servers have answered.
    const slow = scene.file(
      'slow.mjs',
      `import dns from 'node:dns/promises';
       import { syncBuiltinESMExports } from 'node:module';
       dns.lookup = () => new Promise((resolve) => setTimeout(resolve, 600_000, []));
       syncBuiltinESMExports();`,
    );
    const words = ['doctor', 'wss://slow.test/', '--timeout', '1', '--json'];
    const command = [process.execPath, `--import=${pathToFileURL(slow).href}`, bin, ...words];
    const { code, stdout } = await runProgram(command, { cwd: folder, env, limitMs: longest });
    expect(code).toBe(1);
    expect(JSON.parse(stdout).verdicts).toMatchObject([{ code: 'dns', certainty: 'certain' }]);
    await scene.end();
  });

  it('ends at once on Ctrl-C, and says so', async () => {
    const scene = here();
    const server = createServer();
    const port = await scene.listen(server);
    const url = `wss://127.0.0.1:${port}/`;
    const { folder, env } = scene.sandbox;
    const child = spawn(process.execPath, [bin, 'doctor', url, '--timeout', '60'], {
      cwd: folder,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const said: string[] = [];
    child.stderr.on('data', (chunk) => said.push(String(chunk)));
    // On the second connection, a handshake is waiting.
    await once(server, 'connection');
    await once(server, 'connection');
    child.kill('SIGINT');
    const soon = { signal: AbortSignal.timeout(longest) };
    expect(await once(child, 'exit', soon)).toEqual([130, null]);
    expect(said.join('')).toContain('Stopped by SIGINT.');
    await scene.end();
  });
});
