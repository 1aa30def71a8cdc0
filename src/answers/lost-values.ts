import { InvalidValue } from '../core/errors.js';
import type { Option } from '../core/options.js';
import { readValue } from '../core/values.js';

/** A flag that lost its value, which may be one of the stray words. */
export interface Slot {
  flag: string;
  /** The row of an option, which checks values; a control accepts any value. */
  option: Option | undefined;
}

/** Which stray word belongs to which flag. */
export interface AssignedValues {
  directory?: string;
  /** The values of a flag, in order. */
  values: Record<string, string[]>;
  /** Whether more than one assignment is possible: then no flag gets a value. */
  unclear: boolean;
}

interface Way {
  directory?: string;
  values: Record<string, string[]>;
  filled: number;
}

/** More words are not tried: the number of assignments grows with their factorial. */
const most = 6;

/** @returns a placeholder for a value that only the user knows */
export function placeholderOf(option: Option | undefined): string {
  return option === undefined || option.kind === 'path' ? 'FILE' : (option.placeholder ?? 'VALUE');
}

function fits({ option }: Slot, word: string): boolean {
  try {
    return word !== '' && (option === undefined || readValue(option, word) !== undefined);
  } catch (error) {
    if (error instanceof InvalidValue) {
      return false;
    }
    throw error;
  }
}

/** All ways to assign each word to the directory or to a flag that accepts it. */
function waysFor([word, ...rest]: string[], slots: Slot[], way: Way): Way[] {
  if (word === undefined) {
    return [way];
  }
  const asDirectory =
    way.directory === undefined ? waysFor(rest, slots, { ...way, directory: word }) : [];
  const asValue = slots
    // The values of one flag are in the order in which they were typed.
    .filter(({ flag }, index) => slots.findIndex((slot) => slot.flag === flag) === index)
    .filter((slot) => fits(slot, word))
    .flatMap((slot) => {
      const values = { ...way.values, [slot.flag]: [...(way.values[slot.flag] ?? []), word] };
      const free = slots.filter((each) => each !== slot);
      return waysFor(rest, free, { ...way, values, filled: way.filled + 1 });
    });
  return [...asDirectory, ...asValue];
}

/**
 * Assigns stray words to the flags that lost them. npm keeps the order of the words but not that of
 * the flags, so only the form of a value shows where it belongs.
 * @param words the words that npm passed on, with or without a directory
 */
export function assignValues(words: string[], slots: Slot[]): AssignedValues {
  const ways = words.length > most ? [] : waysFor(words, slots, { values: {}, filled: 0 });
  const filled = Math.max(...ways.map((way) => way.filled));
  const fullest = ways.filter((way) => way.filled === filled);
  // Users type the directory first.
  const usual = fullest.filter(({ directory }) => directory === words[0]);
  const [way, ...others] = usual.length === 0 ? fullest : usual;
  if (way === undefined || others.length > 0) {
    const [directory] = words;
    return { ...(directory === undefined ? {} : { directory }), values: {}, unclear: true };
  }
  const { directory, values } = way;
  return { ...(directory === undefined ? {} : { directory }), values, unclear: false };
}
