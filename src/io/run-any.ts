import { environment, streams, type Outcome, type Run } from './child.js';

/** Runs a program as a shell would find it, a script on Windows among them. */
export async function runAny({
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
  // What a cancelled program has started may live on and hold its pipes: that is not waited for.
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
