import { afterAll, beforeAll, expect, it } from 'vitest';
import { repairs } from '../../scenarios/repairs/all.js';
import type { Broken, Repair } from '../../scenarios/repairs/repair.js';
import { openScene, type Call, type Scene } from '../../scenarios/scene.js';
import { cli, runProgram } from '../../support/cli.js';
import { describeWith } from '../../support/needs.js';
import { start } from '../../support/running.js';
import { sampleOf } from '../../support/sample.js';

interface Verdict {
  code: string;
  severity: string;
  fix: string;
  commands: string[];
}

const place: { scene?: Scene } = {};

function at({ sandbox }: Scene, { cwd = sandbox.folder, env = {} }: Call) {
  return { cwd, env: { ...sandbox.env, ...env } };
}

async function ask(call: Call, scene: Scene): Promise<Verdict[]> {
  const { stdout, stderr } = await cli(['doctor', ...call.args, '--json'], at(scene, call));
  const told: { verdicts: Verdict[] } = JSON.parse(stdout || `"${stderr}"`);
  return told.verdicts;
}

/** Types commands as they are printed. What is started runs until the scene ends. */
async function run(commands: string[], { call, ports = {} }: Broken, scene: Scene) {
  for (const text of commands) {
    const command = ['sh', '-c', text];
    const port = ports[text.split(' ').at(-1) ?? ''];
    if (port === undefined) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { code, stdout, stderr } = await runProgram(command, at(scene, call));
      expect([text, code, code === 0 ? '' : stdout + stderr]).toEqual([text, 0, '']);
    } else {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const running = await start(command, { ...at(scene, call), port });
      scene.later(() => running.stop());
    }
  }
}

function isCall(value: unknown): value is Call {
  return typeof value === 'object' && value !== null && 'args' in value;
}

/** Types the fix of a verdict, with all of its commands. Returns the call to ask again. */
async function type(repair: Repair, broken: Broken, verdict: Verdict, scene: Scene): Promise<Call> {
  const words = repair.words === undefined ? [] : repair.words.exec(verdict.fix);
  expect(words, verdict.fix).not.toBeNull();
  const left = new Set(repair.either === true ? [] : verdict.commands);
  const commands = async (): Promise<void> => {
    await run(verdict.commands, broken, scene);
    left.clear();
  };
  const { type: typeWords = (_words, runThem) => runThem() } = broken;
  const next = await typeWords([...(words ?? [])], commands);
  expect([...left]).toEqual([]);
  return isCall(next) ? next : broken.call;
}

/** How often doctor may say what is left. */
const rounds = 3;

/** Asks again, and types the commands for what is left. */
async function asked(call: Call, broken: Broken, scene: Scene): Promise<Verdict[]> {
  for (let round = 0; round < rounds; round += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const verdicts = await ask(call, scene);
    const left = verdicts.find(({ severity }) => severity === 'blocking');
    if (left === undefined || left.commands.length === 0) {
      return verdicts;
    }
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await run(left.commands, broken, scene);
  }
  return ask(call, scene);
}

describeWith(['certutil'], 'a fix that doctor prints', () => {
  beforeAll(async () => {
    place.scene = await openScene();
  });
  afterAll(async () => {
    await place.scene?.sandbox.remove();
  });

  for (const repair of sampleOf(repairs, 22)) {
    describeWith(repair.needs ?? [], `the fix for ${repair.code}`, () => {
      it(`works as it is typed: ${repair.name}`, async () => {
        const scene = place.scene as Scene;
        try {
          const broken = await repair.build(scene);
          const before = await ask(broken.call, scene);
          const verdict = before.find(({ code }) => code === repair.code);
          if (verdict === undefined) {
            throw new Error(`doctor does not say ${repair.code}: ${JSON.stringify(before)}`);
          }
          const call = await type(repair, broken, verdict, scene);
          const after = await asked(call, broken, scene);
          const codes = after.map(({ code }) => code);
          const expected = [...(repair.left ?? []), 'healthy'];
          expect(codes, JSON.stringify([verdict, after], undefined, 1)).toEqual(expected);
        } finally {
          await scene.end();
        }
      });
    });
  }
});
