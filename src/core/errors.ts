/** Where in the run an error arose: the order is that of the run. */
export type Stage = 'arguments' | 'answers' | 'plan' | 'apply' | 'steps' | 'diagnosis';

/** What can go wrong: a closed list that scripts may rely on, with what each code means. */
export const errorCodes = {
  'unknown-option': 'an option, a value too many or a command that is not there',
  'invalid-value': 'an option does not take that value',
  'missing-answers': 'answers are missing, and nobody can be asked',
  contradiction: 'two answers exclude each other',
  'lost-flag': '`npm create` took a flag for its own: `--` was left out',
  'unreadable-file': 'a file that an option names cannot be read or used',
  'missing-program': 'a program that the run needs is missing or too old',
  conflict: 'files are there with other contents, or another program made them meanwhile',
  'not-writable': 'the directory cannot be used',
  'step-failed': 'the project is there, and a step after it failed',
  cancelled: 'a signal or Ctrl-C ended the run',
  unexpected: 'a mistake of ours: please report it',
} as const;

export type ErrorCode = keyof typeof errorCodes;

interface ErrorContext {
  code: ErrorCode;
  stage: Stage;
  /** 2 for input that is missing or wrong, 1 for work that failed. */
  exitCode?: number;
  details?: string[];
  cause?: unknown;
}

/** An error for people: what is wrong, then the way out. */
export class UserError extends Error {
  readonly fix: string;
  readonly code: ErrorCode;
  readonly stage: Stage;
  readonly exitCode: number;
  readonly details: string[];

  /**
   * @param message what is wrong, one sentence
   * @param fix what to do or to type instead
   */
  constructor(message: string, fix: string, context: ErrorContext) {
    super(message, { cause: context.cause });
    this.name = 'UserError';
    this.fix = fix;
    this.code = context.code;
    this.stage = context.stage;
    this.exitCode = context.exitCode ?? 2;
    this.details = context.details ?? [];
  }
}

export type EndingSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** What shells give a program that a signal ended: 128 and the signal's number. */
export const signalExitCodes: Record<EndingSignal, number> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
};

/** The run was ended before all files were in place, by its user at a prompt or by a signal. */
export class Cancelled extends UserError {
  readonly signal: EndingSignal;
  /** Whether a prompt has said so already. */
  readonly said: boolean;

  constructor(signal: EndingSignal, ending: Ending = {}) {
    const { stage = 'apply', said = false, details = [], kept = 'Nothing was written.' } = ending;
    super(`Stopped by ${signal}. ${kept}`, 'Run it again when you like.', {
      code: 'cancelled',
      stage,
      exitCode: signalExitCodes[signal],
      details,
    });
    this.name = 'Cancelled';
    this.signal = signal;
    this.said = said;
  }
}

interface Ending {
  stage?: Stage;
  said?: boolean;
  details?: string[];
  /** What is as it was: a sentence. */
  kept?: string;
}

/** An answer that an option does not take; the parser, the prompts and the answers file add where it came from. */
export class InvalidValue extends Error {
  readonly fix: string;

  constructor(message: string, fix: string) {
    super(message);
    this.name = 'InvalidValue';
    this.fix = fix;
  }
}

/** @returns what a caught value says of itself */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
