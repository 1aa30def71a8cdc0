import { describe, expect, it } from 'vitest';
import { commandOf } from '../../../src/options/complete.js';
import { quoteCommand } from '../../../src/core/quote.js';
import { parseArguments } from '../../support/arguments.js';
import { answersOf, combinations } from '../../support/combinations.js';

const world = { packageManager: 'npm', mkcert: true, trusted: false } as const;
const program = ['npm', 'create', 'fastify-wss@latest', '--'];

describe('the command that gives the same answers without questions', () => {
  it.each([
    [{}, 'fastify-wss-app'],
    [{ directory: 'app', redis: true }, 'app --redis'],
    [{ directory: 'app', https: false }, 'app --no-https'],
    [{ directory: 'a b', port: 4000, git: false }, "'a b' --port 4000 --no-git"],
  ])('has only the flags that are needed: %j', (given, words) => {
    const command = commandOf({ answers: answersOf(given), world, program });
    expect(quoteCommand(command)).toBe(`npm create fastify-wss@latest -- ${words} --yes`);
  });

  it('gives all of them', () => {
    for (const [name, answers] of combinations) {
      const words = commandOf({ answers, world, program }).slice(program.length);
      expect(answersOf(parseArguments(words).flags), name).toEqual(answers);
    }
  });
});
