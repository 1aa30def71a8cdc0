/** Where in the run an error arose: the order is that of the run. */
export type Stage = 'arguments' | 'answers' | 'plan' | 'apply' | 'steps';

/** What went wrong, as a closed list that scripts may rely on. */
export type ErrorCode =
  | 'unknown-option'
  | 'invalid-value'
  | 'missing-answers'
  | 'contradiction'
  | 'lost-flag'
  | 'unreadable-file'
  | 'conflict'
  | 'not-writable'
  | 'step-failed'
  | 'cancelled'
  | 'unexpected';

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

/** The run was ended by the user at a prompt or by a signal. */
export class Cancelled extends Error {
  readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP';

  constructor(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP' = 'SIGINT') {
    super('Cancelled.');
    this.name = 'Cancelled';
    this.signal = signal;
  }
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
