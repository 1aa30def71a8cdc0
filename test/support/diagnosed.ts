import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readProject } from '../../src/doctor/probes/project.js';
import { everyClient } from '../../src/doctor/client.js';
import type { Evidence } from '../../src/doctor/evidence.js';
import type { ProjectEvidence } from '../../src/doctor/project-evidence.js';
import { rules } from '../../src/doctor/rules/rules.js';
import { targetOf } from '../../src/doctor/rules/shared/project-target.js';
import type { Verdict } from '../../src/doctor/verdict.js';
import type { Answers } from '../../src/options/answers.js';
import type { Environment } from './sandbox.js';
import { rendered } from './rendered.js';

type Files = Record<string, string | Buffer | undefined>;

/** Writes files into a folder. Undefined files are left out. */
export function write(folder: string, files: Files): void {
  for (const [path, contents] of Object.entries(files)) {
    if (contents !== undefined) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), contents);
    }
  }
}

/** Renders a project into a folder, and replaces some of its files. */
export function renderInto(folder: string, answers: Answers, files: Files = {}): void {
  const all = rendered(answers).map(({ path, contents }) => [path, contents] as const);
  write(folder, { ...Object.fromEntries(all), ...files });
}

/** The evidence of a connection about which only the project is known. */
export function evidenceFor(project: ProjectEvidence, more: Partial<Evidence> = {}): Evidence {
  return {
    target: targetOf(project),
    surroundings: {
      now: Date.now(),
      node: process.versions.node,
      verificationDisabled: false,
      proxyVariable: undefined,
      limit: 2000,
      ownCommand: ['npx', 'create-fastify-wss'],
      typed: { flags: [] },
      asked: { idle: false, page: false },
    },
    project,
    reached: [],
    otherOrigins: [],
    ...more,
  };
}

/** Codes about the project, of the stage `address`. */
const ofListening = ['port-in-use', 'port-forbidden', 'address-not-available'];

/** Whether a verdict is about the project. A closed port is if the service is not running. */
function isOfProject({ code, stage, commands }: Pick<Verdict, 'code' | 'stage' | 'commands'>) {
  const idle = code === 'port-closed' && commands.length > 0;
  return stage !== 'address' || ofListening.includes(code) || idle;
}

/** The verdicts of the rules about projects, with default values for missing fields. */
export function verdictsOf(evidence: Evidence) {
  const found = (['settings', 'files', 'address'] as const).flatMap((stage) =>
    rules.flatMap((rule) => {
      const finding = rule[stage]?.(evidence);
      return finding === undefined
        ? []
        : [
            {
              severity: 'blocking' as const,
              clients: everyClient,
              commands: [],
              alternatives: [],
              ...finding,
              code: rule.code,
              stage,
            },
          ];
    }),
  );
  return found.filter(isOfProject);
}

/** Checks that the texts are complete sentences, and that all fields are known. */
export function isWhole({ cause, evidence, fix }: ReturnType<typeof verdictsOf>[number]): boolean {
  const sentences = [cause, evidence, fix];
  return sentences.every(
    (text) => /^\S.*\.$/s.test(text) && !/undefined|\[object|\s\s|\.\.$/.test(text),
  );
}

/** Reads a project and judges it. */
export function diagnosed(folder: string, env: Environment = {}, more: Partial<Evidence> = {}) {
  return verdictsOf(evidenceFor(readProject(folder, env), more));
}
