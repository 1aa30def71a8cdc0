import { extras, type ExtraName } from '../../src/options/extras.js';
import type { PackageManager } from '../../src/options/package-managers.js';
import { managers } from './combinations.js';
import { allWays, type Way } from './ways.js';

/** The choices for one project of the matrix. */
export interface Choice {
  language: 'ts' | 'js';
  way: Way;
  manager: PackageManager;
  extras: ExtraName[];
  /** The major release of its Node.js. */
  node: number;
}

const languages = ['ts', 'js'] as const;

/** Every set of extras, starting with the empty one. */
const extraSets = extras.reduce<ExtraName[][]>(
  (sets, { name }) => sets.flatMap((set) => [set, [...set, name]]),
  [[]],
);

/** No extra, each one, every pair, and all of them. */
export const fewExtras = extraSets.filter(({ length }) => length < 3 || length === extras.length);

/** @returns every possible project with these sets of extras, on each of these releases of Node.js */
export function everyChoice(releases: number[], sets = extraSets): Choice[] {
  return languages.flatMap((language) =>
    allWays.flatMap((way) =>
      managers.flatMap((manager) =>
        sets.flatMap((chosen) =>
          releases.map((node) => ({ language, way, manager, extras: chosen, node })),
        ),
      ),
    ),
  );
}

/** @returns every pair of choices in a project, each as a word */
export function pairsOf(choice: Choice): string[] {
  const { language, way, manager, node } = choice;
  const values = [
    `language ${language}`,
    `way ${way}`,
    `manager ${manager}`,
    ...extras.map(({ name }) => `${name} ${choice.extras.includes(name)}`),
    `node ${node}`,
  ];
  return values.flatMap((one, index) => values.slice(index + 1).map((two) => `${one}, ${two}`));
}

/**
 * Selects choices until every possible pair is covered, and at least this many. Each step takes the
 * choice with the most new pairs and, among equals, the one whose other pairs are the rarest so
 * far.
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
  return [language, way, manager, ...choice.extras, `node${node}`].join(' ');
}
