import { spawn } from 'node:child_process';
import { extname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { next } from './helper.js';

const project = join(import.meta.dirname, '..');

// Who trusts whom is decided by the tests, and not by the machine that they run on.
const undecided = {
  NODE_EXTRA_CA_CERTS: undefined,
  NODE_TLS_REJECT_UNAUTHORIZED: undefined,
  NODE_USE_SYSTEM_CA: undefined,
};

interface Run {
  args?: string[];
  /** Where it runs: in the project, if nothing else is said. */
  cwd?: string;
  env?: Record<string, string>;
}

/** Runs one of `scripts/` as npm does, and gives its exit code and all that it said. */
export async function runScript(t: TestContext, name: string, { args = [], cwd, env = {} }: Run) {
  const script = join(project, 'scripts', `${name}${extname(import.meta.filename)}`);
  const child = spawn(process.execPath, [...flags(), script, ...args], {
    cwd: cwd ?? project,
    env: { ...process.env, ...undecided, ...env },
  });
  t.after(() => child.kill('SIGKILL'));
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => (said.stdout += text));
  child.stderr.on('data', (text) => (said.stderr += text));
  const [code] = await next(child, 'close');
  return { code, ...said };
}

/** A loader is named relative to the folder that node runs in, which is another one there. */
function flags(): string[] {
  const words = process.execArgv.flatMap((word) => word.split(/(?<=^--import)=/));
  return words.map((word, index) =>
    words[index - 1] === '--import' ? import.meta.resolve(word) : word,
  );
}
