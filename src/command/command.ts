import type { Watch } from '../io/signals.js';

/** A flag of a command: how it is typed, read and explained. */
export interface Row {
  /** `certSource` is typed as `--cert-source`. */
  name: string;
  short?: string;
  /** What stands for the value in `--help`; without it the flag is a switch. */
  placeholder?: string;
  /** What stands for the value in a command that its user completes, if not the placeholder. */
  blank?: string;
  /** Whether there is a `--no-` form. */
  negatable?: boolean;
  /** Whether the flag may be typed several times: its values make one list. */
  isList?: boolean;
  /** What stands between the values of a list before they are read; a comma by default. */
  separator?: string;
  summary: string;
  /** Follows the summary in parentheses. */
  note?: string;
  /** Reads the value. Throws `InvalidValue`. */
  read?: (text: string) => unknown;
  /** Whether a positional is the value of this flag, of which npm leaves no variable. */
  isStray?: (word: string) => boolean;
}

/** What was typed after the name of a command, read by its rows. */
export interface Typed {
  positionals: string[];
  /** By the names of the rows; only what was typed. A switch is a boolean. */
  values: Record<string, unknown>;
}

/** A term, its explanation, and a note that follows in parentheses. */
export type HelpRow = [term: string, text: string, note?: string | undefined];

export interface HelpSection {
  title?: string;
  rows: HelpRow[];
}

export interface Running {
  /** The version of this package. */
  version: string;
  /** The words that start this program: `npx create-fastify-wss@1.0.0`, or in a clone, `node …/cli.js`. */
  program: string[];
  watch: Watch;
  /** What no output may contain. */
  secrets: string[];
}

export interface Command {
  /** The word that starts it; empty for the command that needs none. */
  name: string;
  /** What follows the name: `[url] [options]`. */
  usage: string;
  /** One line for the help of all commands. */
  about: string;
  rows: Row[];
  positionals: {
    most: number;
    /** Stands in a corrected command where none was typed. */
    sample?: string;
  };
  /** @returns what no output may contain: it prints URLs without tokens, too */
  secrets?: (argv: string[]) => string[];
  help: {
    /** What it does, before the options. */
    text: string;
    /** Commands to type, before the options. */
    examples: string[];
    sections: HelpSection[];
  };
  /**
   * @returns the exit code
   * @throws UserError for what was typed, and for what went wrong
   */
  run: (typed: Typed, running: Running) => Promise<number>;
}

/** Rows of every command. */
export const commonRows: Row[] = [
  { name: 'json', summary: 'print one JSON document' },
  { name: 'help', short: 'h', summary: 'print this help' },
  { name: 'version', short: 'v', summary: 'print the version' },
];
