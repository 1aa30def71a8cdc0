import type { PackageManager } from '../../src/core/answers.js';
import { allWays, type Way } from './ways.js';

/** What is chosen for one project of the matrix. */
export interface Choice {
  language: 'ts' | 'js';
  way: Way;
  manager: PackageManager;
  redis: boolean;
  docker: boolean;
  githubActions: boolean;
  /** The major release of the Node.js that it runs on. */
  node: number;
}

const languages = ['ts', 'js'] as const;
const managers = ['npm', 'pnpm', 'yarn', 'bun'] as const;
const offOn = [false, true];

/** @returns every project that can be chosen, on each of these releases of Node.js */
export function everyChoice(releases: number[]): Choice[] {
  return languages.flatMap((language) =>
    allWays.flatMap((way) =>
      managers.flatMap((manager) =>
        offOn.flatMap((redis) =>
          offOn.flatMap((docker) =>
            offOn.flatMap((githubActions) =>
              releases.map((node) => {
                return { language, way, manager, redis, docker, githubActions, node };
              }),
            ),
          ),
        ),
      ),
    ),
  );
}

/** @returns every two things that are chosen together, each as a word */
export function pairsOf(choice: Choice): string[] {
  const values = Object.entries(choice).map(([key, value]) => `${key} ${value}`);
  return values.flatMap((one, index) => values.slice(index + 1).map((two) => `${one}, ${two}`));
}

/**
 * Picks choices until every pair that is possible is there, and at least so many: each time the one with the most pairs
 * that none before it has, and among equals the one whose other pairs are the rarest so far.
 */
export function allPairs(choices: Choice[], least = 0): Choice[] {
  const open = choices.map((choice) => ({ choice, pairs: pairsOf(choice) }));
  const seen = new Map(open.flatMap(({ pairs }) => pairs.map((pair) => [pair, 0])));
  const worth = (pair: string): number => 0.01 ** (seen.get(pair) ?? 0);
  const picked: Choice[] = [];
  while (picked.length < least || [...seen.values()].includes(0)) {
    const gains = open.map(({ pairs }) => pairs.reduce((sum, pair) => sum + worth(pair), 0));
    const { choice, pairs } = open[gains.indexOf(Math.max(...gains))] ?? { pairs: [] };
    picked.push(...(choice === undefined ? [] : [choice]));
    pairs.forEach((pair) => seen.set(pair, (seen.get(pair) ?? 0) + 1));
  }
  return picked;
}

/** @returns a choice in words: `ts caddy pnpm redis docker node24` */
export function nameOf(choice: Choice): string {
  const { language, way, manager, node } = choice;
  const extras = (['redis', 'docker', 'githubActions'] as const).filter((extra) => choice[extra]);
  return [language, way, manager, ...extras, `node${node}`].join(' ');
}
