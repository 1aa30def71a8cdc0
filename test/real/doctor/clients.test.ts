import { afterAll, beforeAll, expect, it } from 'vitest';
import { groups } from '../../scenarios/all.js';
import { openScene, type Call, type Scene } from '../../scenarios/scene.js';
import { cli } from '../../support/cli.js';
import { chromiumOf, chromiumOpens, nodeOpens, openingOf } from '../../support/clients.js';
import { describeWith } from '../../support/needs.js';
import { sampleOf } from '../../support/sample.js';

interface Told {
  url: string;
  verdicts: { code: string; severity: string; clients: string[] }[];
}

interface Row {
  name: string;
  codes: string;
  chromium: string;
  node: string;
}

async function diagnosis({ sandbox }: Scene, call: Call): Promise<Told> {
  const { stdout } = await cli(['doctor', ...call.args, '--json'], {
    cwd: call.cwd ?? sandbox.folder,
    env: { ...sandbox.env, ...call.env },
    ...(call.uid === undefined ? {} : { uid: call.uid }),
  });
  return JSON.parse(stdout);
}

/** Whether doctor expects this client to open the socket: nothing blocks it, and it is healthy. */
function isFine({ verdicts }: Told, client: string): boolean {
  const healthy = verdicts.find(({ code }) => code === 'healthy');
  const blocked = verdicts.some(
    ({ severity, clients }) => severity === 'blocking' && clients.includes(client),
  );
  return !blocked && healthy?.clients.includes(client) !== false;
}

function tableOf(rows: Row[]): string {
  const lines = rows.map(({ name, codes, chromium, node }) =>
    [name.padEnd(76), codes.padEnd(44), chromium.padEnd(48), node].join(' | '),
  );
  return `${lines.join('\n')}\n`;
}

const all = Object.values(groups)
  .flat()
  .filter(({ unasked }) => unasked === undefined);
const scenarios = sampleOf(all, Math.ceil(all.length / 2));
const needs = [
  ...new Set(['chromium', 'certutil', ...scenarios.flatMap((each) => each.needs ?? [])]),
];

describeWith(needs, 'doctor and real clients', () => {
  const places: { scene: Scene; chromium: ReturnType<typeof chromiumOf> }[] = [];
  const rows: Row[] = [];
  beforeAll(async () => {
    const scene = await openScene();
    places.push({ scene, chromium: chromiumOf(scene) });
  });
  afterAll(async () => {
    process.stdout.write(tableOf(rows));
    for (const { scene, chromium } of places) {
      await chromium.close();
      await scene.sandbox.remove();
    }
  });

  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
    'agree if %s',
    async (name, { build }) => {
      for (const { scene, chromium } of places) {
        try {
          const call = await build(scene);
          const told = await diagnosis(scene, call);
          const opening = openingOf(call, told.url);
          const [browser, node] = await Promise.all([
            chromiumOpens(await chromium.get(), opening),
            nodeOpens(scene, opening),
          ]);
          const codes = told.verdicts.map(({ code }) => code).join(', ');
          rows.push({ name, codes, chromium: browser, node });
          const text = JSON.stringify({ browser, node, verdicts: told.verdicts }, undefined, 2);
          expect(isFine(told, 'browser'), text).toBe(browser === 'open');
          // Node.js may send another origin than the page that doctor was given, or the same one.
          const other = ['--origin', '--page'].some((option) => call.args.includes(option));
          const refused = !other && told.verdicts.some(({ code }) => code === 'origin-refused');
          expect(isFine(told, 'node') && !refused, text).toBe(node === 'open');
        } finally {
          await scene.end();
        }
      }
    },
  );
});
