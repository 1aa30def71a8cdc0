import { usualTimeout, type TypedDoctor } from './arguments.js';
import type { TypedWords } from './evidence.js';
import { flagOf } from '../options/options.js';

/**
 * @param hide removes secrets. It comes first: in a command with quotes, they look different
 * @returns the words to type again, without options that only change the output
 */
export function typedWords(
  { url, controls }: TypedDoctor,
  hide: (word: string) => string,
): TypedWords {
  const { timeout, json: _json, verbose: _verbose, ...asked } = controls;
  const { header = [], protocol = [], ...single } = asked;
  const flags = [
    ...Object.entries(single),
    ...(timeout === usualTimeout ? [] : [['timeout', timeout] as const]),
    ...header.map((pair) => ['header', pair.join(': ')] as const),
    ...protocol.map((name) => ['protocol', name] as const),
  ];
  return {
    ...(url === undefined ? {} : { url: hide(url.href) }),
    flags: flags.map(([name, value]) => [flagOf(name), hide(String(value))]),
  };
}
