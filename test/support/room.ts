import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { sandbox, type Environment, type Sandbox } from './sandbox.js';
import { openTerminal, type Terminal } from './terminal.js';

interface Opening {
  /** The program and its arguments. */
  command: string[];
  env?: Environment;
  columns?: number;
}

/** A new sandbox for each test of a file, with the terminals that the test opens. */
export interface Room {
  sandbox: () => Sandbox;
  /** @returns a path in the working folder */
  at: (...parts: string[]) => string;
  open: (opening: Opening) => Promise<Terminal>;
}

/** @returns a room that is created before each test and removed after it */
export function room(): Room {
  const place: { sandbox: Sandbox; terminals: Terminal[] } = { sandbox: sandbox(), terminals: [] };
  beforeEach(async () => {
    await place.sandbox.remove();
    place.sandbox = sandbox();
  });
  afterEach(async () => {
    await Promise.all(place.terminals.splice(0).map((terminal) => terminal.close()));
    await place.sandbox.remove();
  });
  const at: Room['at'] = (...parts) => join(place.sandbox.folder, ...parts);
  const open: Room['open'] = async ({ command, env = place.sandbox.env, columns = 120 }) => {
    const { home: socketFolder } = place.sandbox;
    const terminal = await openTerminal({ command, cwd: at(), env, columns, socketFolder });
    place.terminals.push(terminal);
    return terminal;
  };
  return { sandbox: () => place.sandbox, at, open };
}
