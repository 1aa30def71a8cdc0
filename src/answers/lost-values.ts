import { InvalidValue } from '../core/errors.js';
import type { Option } from '../core/options.js';
import { readValue } from '../core/values.js';

/** A place for a stray word: a flag that lost its value. */
export interface Slot {
  flag: string;
  /** The row of an option, which knows its values; a control takes any. */
  option: Option | undefined;
}

/** Which stray word was meant for what. */
export interface HandedOut {
  directory?: string;
  /** The values of a flag, in order. */
  values: Record<string, string[]>;
  /** Whether the words go with the flags in more than one way: then no flag has one. */
  unclear: boolean;
}

interface Way {
  directory?: string;
  values: Record<string, string[]>;
  filled: number;
}

/** More words than anybody types: what is tried grows with their factorial. */
const most = 6;

/** @returns what stands in a command for a value that only its user knows */
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

/** All ways to give each word to the directory or to a flag that takes it. */
function waysFor([word, ...rest]: string[], slots: Slot[], way: Way): Way[] {
  if (word === undefined) {
    return [way];
  }
  const asDirectory =
    way.directory === undefined ? waysFor(rest, slots, { ...way, directory: word }) : [];
  const asValue = slots
    // The values of one flag stand in the order in which they were typed.
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
 * Gives the words that lost their flags back to them. npm keeps the order of the words and not that
 * of the flags, so that only what a value looks like says where it belongs.
 * @param words the words that reached us, a directory among them or not
 */
export function handOut(words: string[], slots: Slot[]): HandedOut {
  const ways = words.length > most ? [] : waysFor(words, slots, { values: {}, filled: 0 });
  const filled = Math.max(...ways.map((way) => way.filled));
  const fullest = ways.filter((way) => way.filled === filled);
  // People name the directory first.
  const usual = fullest.filter(({ directory }) => directory === words[0]);
  const [way, ...others] = usual.length === 0 ? fullest : usual;
  if (way === undefined || others.length > 0) {
    const [directory] = words;
    return { ...(directory === undefined ? {} : { directory }), values: {}, unclear: true };
  }
  const { directory, values } = way;
  return { ...(directory === undefined ? {} : { directory }), values, unclear: false };
}
