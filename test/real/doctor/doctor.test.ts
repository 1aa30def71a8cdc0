import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { groups } from '../../scenarios/all.js';
import { openScene, type Call, type Scenario, type Scene } from '../../scenarios/scene.js';
import { bin, runProgram } from '../../support/cli.js';
import { describeWith } from '../../support/needs.js';
import { allMajors, nodeFolder, ownMajor } from '../../support/nodes.js';
import { sampleOf } from '../../support/sample.js';

interface Told {
  ok: boolean;
  verdicts: { code: string; certainty: string }[];
}

/** The report of doctor under one release of Node.js, and its exit code. */
async function ask(call: Call, { sandbox }: Scene, major: number) {
  const command = [join(nodeFolder(major), 'node'), bin, 'doctor', ...call.args, '--json'];
  const { code, stdout, stderr } = await runProgram(command, {
    cwd: call.cwd ?? sandbox.folder,
    env: { ...sandbox.env, ...call.env },
    ...(call.uid === undefined ? {} : { uid: call.uid }),
  });
  const told: Told = JSON.parse(stdout);
  return {
    code,
    stderr,
    codes: told.verdicts.map((verdict) => verdict.code),
    likely: told.verdicts[0]?.certainty === 'likely',
    text: stdout,
  };
}

function exitCode({ codes }: Scenario): number {
  return codes.includes('healthy') ? 0 : 1;
}

/** Every scenario runs under the Node.js that runs the tests, and these under each release. */
const all = Object.values(groups).flat();
const underEach = sampleOf(all, Math.ceil(all.length / 5)).filter(({ counts }) => counts !== true);

const place: { scene?: Scene } = {};
beforeAll(async () => {
  place.scene = await openScene();
});
afterAll(async () => {
  await place.scene?.sandbox.remove();
});

for (const [group, scenarios] of Object.entries(groups)) {
  const needs = [...new Set(['certutil', ...scenarios.flatMap((each) => each.needs ?? [])])];
  describeWith(needs, `doctor, ${group}`, () => {
    it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
      '%s',
      async (_name, scenario) => {
        const scene = place.scene as Scene;
        try {
          const call = await scenario.build(scene);
          const majors = underEach.includes(scenario) ? allMajors : [ownMajor];
          const told = await Promise.all(majors.map((major) => ask(call, scene, major)));
          for (const { codes, likely, code, stderr, text } of told) {
            expect(codes, text).toEqual(scenario.codes);
            expect(likely, text).toBe(scenario.likely === true);
            expect(code).toBe(exitCode(scenario));
            expect(stderr).toBe('');
          }
        } finally {
          await scene.end();
        }
      },
    );
  });
}
