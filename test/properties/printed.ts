import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { isAbsolute, join, resolve } from 'node:path';
import fc from 'fast-check';
import { repeatCommand } from '../../src/options/repeat.js';
import { UserError } from '../../src/core/errors.js';
import { operand, quoteCommand } from '../../src/core/quote.js';
import { remainingCommands } from '../../src/create/plan/summary.js';
import { blocksOf } from '../support/parsers.js';
import { hostilePath, hostileText } from './hostile.js';
import { options } from '../../src/options/options.js';
import { judge, program, type Accepted } from './judge.js';
import type { Property } from './property.js';
import { anyGiven } from './sets.js';

/** @returns the words that sh reads from each line, all in one process */
function wordsOf(lines: string[]): string[][] {
  const script = [
    `words() { printf '%s\\0' "$#" "$@"; }`,
    ...lines.map((line) => `words ${line}`),
    '',
  ].join('\n');
  const output = execFileSync('sh', ['-s'], { input: script, maxBuffer: 2 ** 28 }).toString();
  const read = output.split('\0').slice(0, -1);
  const words: string[][] = [];
  for (let at = 0; at < read.length; at += Number(read[at]) + 1) {
    words.push(read.slice(at + 1, at + 1 + Number(read[at])));
  }
  return words;
}

/** Possible arguments of a process. */
const argument = fc
  .oneof(hostilePath, hostileText)
  .filter((text) => !text.includes('\0') && Buffer.from(text).toString() === text);

const quoting: Property = {
  name: 'sh reads the words of a printed command as they are',
  share: 0.04,
  check: (effort) =>
    fc.assert(
      fc.property(
        fc.array(fc.array(argument, { minLength: 1, maxLength: 4 }), {
          minLength: 20,
          maxLength: 80,
        }),
        (commands) => {
          assert.deepEqual(
            wordsOf(commands.map((command) => quoteCommand(command, 'linux'))),
            commands,
          );
        },
      ),
      effort,
    ),
};

function acceptedOnly(given: Parameters<typeof judge>[0]): Accepted | undefined {
  const verdict = judge(given);
  return verdict instanceof UserError ? undefined : verdict;
}

function printedOf({ plan, answers }: Accepted): string[] {
  const names = options.map(({ name }) => name);
  const repeat = repeatCommand({ known: answers, names, program });
  return [...remainingCommands({ plan, results: [], trust: [] }), quoteCommand(repeat)];
}

/** A pasted command must be one line without control characters. */
function expectOneLine(line: string): void {
  assert.doesNotMatch(line, /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u);
}

/** The printed `cd` must enter the folder of the project. */
function expectEntered({ plan, answers }: Accepted, [command = '', path = '']: string[]): void {
  const here = ['.', './'].includes(answers.directory);
  assert.equal(command, here ? (plan.next[0]?.[0] ?? '') : 'cd');
  assert.ok(!path.startsWith('-') || here, 'cd takes it for an option.');
  assert.equal(
    isAbsolute(path) ? path : join(resolve('.'), path).replace(/(?<=.)\/$/, ''),
    plan.directory,
  );
}

const commands: Property = {
  name: 'printed commands hold the directory and the answers as they are',
  share: 0.04,
  check: (effort) =>
    fc.assert(
      fc.property(fc.array(anyGiven, { minLength: 5, maxLength: 30 }), (sets) => {
        const accepted = sets.flatMap((given) => acceptedOnly(given) ?? []);
        const lines = accepted.map(printedOf);
        lines.flat().forEach(expectOneLine);
        const words = wordsOf(lines.flat());
        let at = 0;
        for (const [index, each] of accepted.entries()) {
          const own = words.slice(at, (at += lines[index]?.length ?? 0));
          const { directory } = each.answers;
          if (!['.', './'].includes(directory)) {
            expectEntered(each, own[0] ?? []);
          }
          const repeat = own.at(-1) ?? [];
          assert.equal(resolve(repeat[2] ?? ''), each.plan.directory);
          assert.ok(repeat[2] === operand(directory) || repeat[2] === `./${directory}`);
        }
      }),
      effort,
    ),
};

const shellBlocks: Property = {
  name: 'the shell blocks of every README are sh',
  share: 0.04,
  check: (effort) =>
    fc.assert(
      fc.property(fc.array(anyGiven, { minLength: 5, maxLength: 30 }), (sets) => {
        const files = sets.flatMap((given) => acceptedOnly(given)?.plan.files ?? []);
        const texts = files.filter(({ path }) => path.endsWith('.md'));
        const blocks = new Set(texts.flatMap(({ contents }) => blocksOf('sh', contents)));
        // In functions, so that one process reads all of them and runs none.
        const script = [...blocks]
          .map((block, index) => `block${index}() {\n${block}\n}\n`)
          .join('');
        execFileSync('sh', ['-n', '-s'], { input: script });
        for (const block of blocks) {
          // zsh refuses a pattern that matches no file, so brackets are quoted.
          assert.ok(!block.replaceAll(/'[^']*'|"[^"]*"/g, '').includes('['), block);
        }
      }),
      effort,
    ),
};

export const printedProperties: Property[] = [quoting, commands, shellBlocks];
