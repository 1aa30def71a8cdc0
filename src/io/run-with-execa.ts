import { environment, streams, type Outcome, type Run } from './child-process.js';

/** Runs a program as a shell does, including scripts on Windows. */
export async function runWithExeca({
  command,
  cwd,
  output,
  cancel,
  timeout,
  env = {},
}: Run): Promise<Outcome> {
  const { execa } = await import('execa');
  const [program = '', ...args] = command;
  const child = execa(program, args, {
    cwd,
    reject: false,
    all: true,
    env: { ...environment(), ...env },
    extendEnv: false,
    stdio: streams(output),
    ...(timeout === undefined ? {} : { timeout }),
    ...(cancel === undefined ? {} : { cancelSignal: cancel }),
  });
  // Children of a cancelled program may keep its pipes open: does not wait for them.
  child.once('exit', () => {
    if (cancel?.aborted === true) {
      child.stdout?.destroy();
      child.stderr?.destroy();
    }
  });
  const result = await child;
  return {
    ok: !result.failed,
    found: result.exitCode !== undefined || result.signal !== undefined,
    output: typeof result.all === 'string' ? result.all : '',
  };
}
