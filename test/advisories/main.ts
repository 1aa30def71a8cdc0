import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extras } from '../../src/options/extras.js';
import { flagOf } from '../../src/options/options.js';
import { cli, root, runProgram } from '../support/cli.js';
import { audit } from './audit.js';
import { report } from './report.js';

const { env } = process;

/** Creates a project with every extra and its lockfile, without installing it. */
async function createProject(folder: string): Promise<void> {
  const all = extras.map(({ name }) => flagOf(name));
  const flags = ['--yes', '--no-https', '--no-install', '--no-git', ...all];
  const lock = ['npm', 'install', '--package-lock-only', '--ignore-scripts', '--no-audit'];
  const created = await cli([folder, ...flags], { cwd: root, env });
  const locked = await runProgram(lock, { cwd: folder, env });
  if (created.code !== 0 || locked.code !== 0) {
    throw new Error(`The project has no lockfile.\n${created.stderr}\n${locked.stderr}`);
  }
}

// `npm run advisories` checks both lockfiles against the registry's advisories.
const place = mkdtempSync(join(tmpdir(), 'create-fastify-wss-advisories-'));
const project = join(place, 'project');
try {
  await createProject(project);
  const { text, exitCode } = report({
    'this repository': await audit(root, env),
    'a new project': await audit(project, env),
  });
  process.stdout.write(`${text}\n`);
  process.exitCode = exitCode;
} finally {
  rmSync(place, { recursive: true });
}
