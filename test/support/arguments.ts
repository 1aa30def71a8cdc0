import { parse } from '../../src/command/parse.js';
import { readArguments, type Typed } from '../../src/create/arguments.js';
import { create } from '../../src/create/command.js';

/** Parses a command line of `create`, as a run does. */
export function parseArguments(argv: string[]): Typed {
  return readArguments(parse(create, argv));
}
