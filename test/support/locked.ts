import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

type Name = 'renameSync' | 'rmdirSync' | 'unlinkSync' | 'rmSync' | 'statSync';
type Call = (...args: unknown[]) => unknown;

/** Does something with another function in the place of one of node:fs. */
export async function whileReplaced<Result>(
  name: Name,
  replace: (real: Call) => Call,
  act: () => Promise<Result> | Result,
): Promise<Result> {
  const real = fs[name];
  Reflect.set(
    fs,
    name,
    replace((...args) => Reflect.apply(real, fs, args)),
  );
  syncBuiltinESMExports();
  try {
    return await act();
  } finally {
    Reflect.set(fs, name, real);
    syncBuiltinESMExports();
  }
}

interface Lock {
  name: Name;
  code: string;
  /** How often the system refuses. */
  times: number;
}

/**
 * Does something while the system refuses the first calls of a function: as Windows does while a virus
 * scanner has a file open.
 */
export function whileLocked<Result>(
  { name, code, times }: Lock,
  act: () => Promise<Result> | Result,
): Promise<Result> {
  const state = { left: times };
  const refusing =
    (real: Call): Call =>
    (...args) => {
      state.left -= 1;
      if (state.left >= 0) {
        throw Object.assign(new Error(`${code}: locked, ${name} '${String(args[0])}'`), { code });
      }
      return real(...args);
    };
  return whileReplaced(name, refusing, act);
}
