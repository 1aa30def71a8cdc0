import type { PackageManager } from './answers.js';

interface Commands {
  /** Runs a script: the script's name follows. */
  run: string[];
  install: string[];
  test: string[];
  start: string[];
  /** Runs a package's program without installing it: the package's name follows. */
  execute: string[];
  /** What an install that came to its end leaves behind, any one of these. */
  installed: string[];
}

/** What each package manager is called with. */
export const packageManagers: Record<PackageManager, Commands> = {
  npm: {
    run: ['npm', 'run'],
    install: ['npm', 'install'],
    test: ['npm', 'test'],
    start: ['npm', 'start'],
    execute: ['npx'],
    installed: ['node_modules/.package-lock.json'],
  },
  pnpm: {
    run: ['pnpm'],
    install: ['pnpm', 'install'],
    test: ['pnpm', 'test'],
    start: ['pnpm', 'start'],
    execute: ['pnpm', 'dlx'],
    installed: ['node_modules/.modules.yaml'],
  },
  yarn: {
    run: ['yarn'],
    install: ['yarn', 'install'],
    test: ['yarn', 'test'],
    start: ['yarn', 'start'],
    execute: ['npx'],
    installed: ['node_modules/.yarn-state.yml', 'node_modules/.yarn-integrity', '.pnp.cjs'],
  },
  bun: {
    run: ['bun', 'run'],
    install: ['bun', 'install'],
    test: ['bun', 'run', 'test'],
    start: ['bun', 'run', 'start'],
    execute: ['bunx'],
    installed: ['bun.lock', 'bun.lockb'],
  },
};
