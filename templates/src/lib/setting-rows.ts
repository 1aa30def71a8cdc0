/** A setting: how its text becomes a value. */
export interface Row<Value> {
  default: Value;
  /** @returns undefined for an invalid value */
  read: (text: string) => Value | undefined;
  /** Completes "NAME must be …". */
  expected: string;
  /** Explains what is wrong with the entries of a list. */
  mistakes?: (text: string) => string[];
  /** Whether the value may hold a password. Messages do not repeat it then. */
  secret?: boolean;
}

export function text(fallback: string, pattern = /^/, expected = 'a string'): Row<string> {
  const read = (given: string) => (pattern.test(given) ? given : undefined);
  return { default: fallback, read, expected };
}

const words = new Map([
  ...['true', '1', 'yes', 'on'].map((word) => [word, true] as const),
  ...['false', '0', 'no', 'off'].map((word) => [word, false] as const),
]);

export function boolean(fallback: boolean): Row<boolean> {
  return { default: fallback, read: readWord, expected: 'true or false' };
}

function readWord(given: string): boolean | undefined {
  return words.get(given.toLowerCase());
}

export function wholeNumber(fallback: number, least: number, most: number): Row<number> {
  const read = (given: string) => {
    const value = /^\d+$/.test(given) ? Number(given) : Number.NaN;
    return value >= least && value <= most ? value : undefined;
  };
  return { default: fallback, read, expected: `a whole number from ${least} to ${most}` };
}

export function oneOf<const Choice extends string>(
  fallback: Choice,
  choices: Choice[],
): Row<Choice> {
  const read = (given: string) => choices.find((choice) => choice === given);
  return { default: fallback, read, expected: `one of ${choices.join(', ')}` };
}

/** Entries that are separated by commas. Invalid entries are left out. */
export function list(mistakeOf: (entry: string) => string | undefined): Row<string[]> {
  return {
    default: [],
    read: (given) => entriesOf(given).filter((entry) => mistakeOf(entry) === undefined),
    mistakes: (given) => entriesOf(given).flatMap((entry) => mistakeOf(entry) ?? []),
    expected: 'a list',
  };
}

function entriesOf(given: string): string[] {
  return given.split(',').flatMap((entry) => entry.trim() || []);
}

/** A value that may hold a password. Messages do not repeat it. */
export function secretText(pattern = /^/, expected = 'a string'): Row<string> {
  return { ...text('', pattern, expected), secret: true };
}
