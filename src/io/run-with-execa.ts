import { collectOutput } from './collect-output.js';
import { streams, type Outcome, type Start } from './child-process.js';

/** Runs a program as a shell does, including scripts on Windows. */
export async function runWithExeca(start: Start): Promise<Outcome> {
  const { execa } = await import('execa');
  const { program, command, cwd, environment, output, cancel, timeout } = start;
  const child = execa(program, command.slice(1), {
    cwd,
    reject: false,
    buffer: false,
    env: environment,
    extendEnv: false,
    stdio: streams(output),
    ...(timeout === undefined ? {} : { timeout }),
    ...(cancel === undefined ? {} : { cancelSignal: cancel }),
  });
  const collected = collectOutput(child, start);
  const result = await child;
  const unstarted = result.exitCode === undefined && result.signal === undefined;
  const reason = unstarted && result.failed ? result.shortMessage : '';
  const { stdout, output: said } = collected();
  return { ok: !result.failed, stdout, output: said + reason };
}
