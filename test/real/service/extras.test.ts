import { afterAll } from 'vitest';
import { extras } from '../../../src/options/extras.js';
import { everyChoice, fewExtras, nameOf } from '../../support/choices.js';
import { openWorkshop, tryChoice } from '../../support/matrix.js';
import { itBesideWith } from '../../support/needs.js';
import { ownMajor } from '../../support/nodes.js';
import { sampleOf } from '../../support/sample.js';
import { programs } from '../../support/ways.js';

// service.test.ts combines extras with all other answers; here each one is alone, with one other, or
// with all others.
const choices = everyChoice([ownMajor], fewExtras).filter(
  ({ language, way, manager, extras: { length } }) =>
    language === 'ts' && way === 'mkcert' && manager === 'npm' && length > 0,
);
const all = choices.filter((choice) => choice.extras.length === extras.length);
const drawn = [
  ...sampleOf(
    choices.filter((choice) => !all.includes(choice)),
    2,
  ),
  ...all,
];

const workshop = openWorkshop();
afterAll(() => workshop.remove());

for (const choice of drawn) {
  const name = `a project of ${nameOf(choice)} passes its own tests, and serves`;
  itBesideWith(programs[choice.way], name, () => tryChoice(choice, workshop));
}
