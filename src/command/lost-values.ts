import { InvalidValue } from '../core/errors.js';
import type { Row } from './command.js';

/** Which word belongs to which flag. */
export interface AssignedValues {
  positionals: string[];
  /** The values of a flag, in order, by the name of its row. */
  values: Record<string, string[]>;
  /** Whether more than one assignment is possible: then no flag gets a value. */
  unclear: boolean;
}

interface Way {
  positionals: string[];
  values: Record<string, string[]>;
  filled: number;
}

/** More words are not tried: the number of assignments grows with their factorial. */
const mostWords = 6;

function fits({ read }: Row, word: string): boolean {
  try {
    return word !== '' && (read === undefined || read(word) !== undefined);
  } catch (error) {
    if (error instanceof InvalidValue) {
      return false;
    }
    throw error;
  }
}

/** All ways to assign each word to the positionals or to a flag that accepts it. */
function waysFor(words: string[], slots: Row[], way: Way, most: number): Way[] {
  const [word, ...rest] = words;
  if (word === undefined) {
    return [way];
  }
  const positionals = [...way.positionals, word];
  const asPositional =
    positionals.length <= most ? waysFor(rest, slots, { ...way, positionals }, most) : [];
  const asValue = slots
    // The values of one flag are in the order in which they were typed.
    .filter((row, index) => slots.indexOf(row) === index)
    .filter((row) => fits(row, word))
    .flatMap((row) => {
      const values = { ...way.values, [row.name]: [...(way.values[row.name] ?? []), word] };
      const free = slots.toSpliced(slots.indexOf(row), 1);
      return waysFor(rest, free, { ...way, values, filled: way.filled + 1 }, most);
    });
  return [...asPositional, ...asValue];
}

/**
 * Assigns stray words to the flags that lost them. npm keeps the order of the words but not that of
 * the flags, so only the form of a value shows where it belongs.
 * @param words the words that npm passed on
 * @param slots the rows of the flags that lost a value, once for each value
 * @param most how many positionals the command takes
 */
export function assignValues(words: string[], slots: Row[], most: number): AssignedValues {
  const start = { positionals: [], values: {}, filled: 0 };
  const many = words.length > mostWords && slots.length > 1;
  const ways = many ? [] : waysFor(words, slots, start, most);
  const filled = Math.max(...ways.map((way) => way.filled));
  const fullest = ways.filter((way) => way.filled === filled);
  // Users type the positionals first.
  const usual = fullest.filter(({ positionals }) => positionals[0] === words[0]);
  const [way, ...others] = usual.length === 0 ? fullest : usual;
  return way === undefined || others.length > 0
    ? { positionals: words.slice(0, most), values: {}, unclear: true }
    : { positionals: way.positionals, values: way.values, unclear: false };
}
