/** The stage of the run in which an error occurred, in the order of the run. */
export type Stage = 'arguments' | 'answers' | 'plan' | 'apply' | 'steps' | 'diagnosis';

/** What can go wrong: a closed list that scripts may rely on, with the meaning of each code. */
export const errorCodes = {
  'unknown-option': 'an unknown option or command, or a superfluous value',
  'invalid-value': 'an option does not accept the value',
  'missing-answers': 'answers are missing, and the run cannot ask for them',
  contradiction: 'two answers contradict each other',
  'lost-flag': '`npm create` kept a flag: `--` is missing before the flags',
  'unreadable-file': 'a file that an option names cannot be read or used',
  'missing-program': 'a program that the run needs is missing or too old',
  conflict: 'files exist with other contents, or another program created them during the run',
  'not-writable': 'the directory cannot be used',
  'old-version': 'the version that generated the project cannot be fetched, or fails',
  repository: 'the git repository of the project is not in a state to be updated',
  overlay: 'the overlay cannot be had, or breaks a rule',
  'step-failed': 'the project was created, but a later step failed',
  cancelled: 'a signal or Ctrl-C ended the run',
  unexpected: 'a bug in create-fastify-wss: please report it',
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

/** An error for users: what is wrong, then what to do. */
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

/** The exit codes that shells report for signals: 128 plus the signal's number. */
export const signalExitCodes: Record<EndingSignal, number> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
};

/** The user at a prompt, or a signal, ended the run before all files were in place. */
export class Cancelled extends UserError {
  readonly signal: EndingSignal;
  /** Whether a prompt has already said so. */
  readonly said: boolean;

  constructor(signal: EndingSignal, ending: Ending = {}) {
    const { stage = 'apply', said = false, details = [], kept = 'Nothing was written.' } = ending;
    super(`Stopped by ${signal}. ${kept}`, 'Run the command again.', {
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
  /** What did not change: a sentence. */
  kept?: string;
}

/** An answer that an option does not accept; the callers add where it came from. */
export class InvalidValue extends Error {
  readonly fix: string;

  constructor(message: string, fix: string) {
    super(message);
    this.name = 'InvalidValue';
    this.fix = fix;
  }
}

/** @returns the message of a caught value */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What went wrong, in the document of `--json`. */
export interface ReportedError {
  code: ErrorCode;
  stage: Stage;
  message: string;
  fix: string;
  details: string[];
}

/** The document of `--json` for a run that wrote nothing. */
export interface ErrorReport {
  schemaVersion: 1;
  ok: false;
  error: ReportedError;
}

/** @returns an error for the JSON document */
export function reportedError({ code, stage, message, fix, details }: UserError): ReportedError {
  return { code, stage, message, fix, details };
}

/** @returns the document of `--json` for a run that wrote nothing */
export function errorReport(error: UserError): ErrorReport {
  return { schemaVersion: 1, ok: false, error: reportedError(error) };
}
