import type { AnswerValue } from './answers.js';
import { checkPort } from './checks.js';
import { InvalidValue } from '../core/errors.js';
import type { Option } from './options.js';
import { nearest } from '../core/nearest.js';
import { shown } from '../core/printable.js';

function wrongType(option: Option, value: unknown): InvalidValue {
  const expected: Record<Option['kind'], string> = {
    directory: 'a path',
    choice: `one of ${option.choices?.map((choice) => choice.value).join(', ')}`,
    boolean: 'true or false',
    text: 'a string',
    list: 'a list of strings',
    path: 'a path',
    port: 'a number from 1 to 65535',
  };
  return new InvalidValue(
    `${shown(value)} is not allowed here.`,
    `Expected ${expected[option.kind]}.`,
  );
}

function readChoice(option: Option, value: unknown): string {
  const values = option.choices?.map((choice) => choice.value) ?? [];
  if (typeof value === 'string' && values.includes(value)) {
    return value;
  }
  const meant = typeof value === 'string' ? nearest(value, values) : undefined;
  const error = wrongType(option, value);
  throw meant ? new InvalidValue(error.message, `Did you mean ${meant}? ${error.fix}`) : error;
}

function readList(option: Option, value: unknown): string[] {
  const texts = typeof value === 'string' ? value.split(',') : value;
  if (!Array.isArray(texts) || texts.some((text) => typeof text !== 'string')) {
    throw wrongType(option, value);
  }
  const entries = texts.map((text: string) => text.trim()).filter((text) => text !== '');
  if (entries.length === 0) {
    throw new InvalidValue('The list is empty.', 'Write at least one entry.');
  }
  return [...new Set(entries)];
}

function readTyped(option: Option, value: unknown): AnswerValue {
  if (option.kind === 'choice') {
    return readChoice(option, value);
  }
  if (option.kind === 'list') {
    return readList(option, value);
  }
  if (option.kind === 'port') {
    const digits = typeof value === 'string' && /^\d{1,9}$/.test(value.trim());
    const number = digits ? Number(value) : value;
    if (typeof number === 'number') {
      checkPort(number);
      return number;
    }
    throw wrongType(option, value);
  }
  if (option.kind === 'boolean' && typeof value === 'boolean') {
    return value;
  }
  if (option.kind !== 'boolean' && typeof value === 'string') {
    return value;
  }
  throw wrongType(option, value);
}

/** Paths and choices stay as they are; spaces around names, numbers and lists are removed. */
function tidied({ kind }: Option, value: unknown): unknown {
  const asItIs = ['directory', 'path', 'choice'].includes(kind);
  return typeof value === 'string' && !asItIs ? value.trim() : value;
}

/**
 * Reads one answer from a flag or a prompt.
 * @param value text, or whether a switch is on
 * @returns the answer in the type of its row, checked
 * @throws InvalidValue with what to do
 */
export function readValue(option: Option, value: unknown): AnswerValue {
  const read = readTyped(option, tidied(option, value));
  for (const entry of [read].flat()) {
    if (typeof entry === 'string') {
      option.check?.(option.additive ? entry.replace(/^\+/, '') : entry);
    }
  }
  return read;
}

/**
 * Reads one answer of an answers file, where numbers are numbers and lists are lists, as the JSON
 * Schema says.
 * @throws InvalidValue with what to do
 */
export function readJsonValue(option: Option, value: unknown): AnswerValue {
  if (typeof value === 'string' && ['port', 'list'].includes(option.kind)) {
    throw wrongType(option, value);
  }
  return readValue(option, value);
}
