import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nickname } from '../../src/ca/read-certificate.js';
import { caOf, issue } from './authority.js';
import { cli, runProgram } from './cli.js';
import { allMajors } from './nodes.js';
import { sandbox, type Environment, type Sandbox } from './sandbox.js';
import { machineStores } from './stores.js';
import { chromiumSays, serveWith, type Served } from './trusting.js';

/** The releases of Node.js whose trust is tested. */
export const majors = allMajors.filter((major) => major < 26);
/** The system programs that the tests need. */
export const tools = ['mkcert', 'certutil', 'chromium', 'curl'];
/** The arguments that only create a project. */
export const words = ['app', '--yes', '--no-install', '--no-git'];
/** Chromium's error for a CA that it does not trust. */
export const refused = 'ERR_CERT_AUTHORITY_INVALID';
/** The error of Node.js for it. */
export const unverified = '0 UNABLE_TO_VERIFY_LEAF_SIGNATURE';

export interface Row {
  store: string;
  state: string;
  path?: string;
  note?: string;
  fix: string[];
}

interface Step {
  command: string;
  status: string;
  advice?: string;
}

export interface Report {
  ok: boolean;
  trust: Row[];
  steps: Step[];
  next: string[];
}

export function reportOf(stdout: string): Report {
  return JSON.parse(stdout);
}

export function row({ trust }: Report, store: string): Row {
  const found = trust.find((each) => each.store === store);
  if (found === undefined) {
    throw new Error(`There is no row for ${store}.`);
  }
  return found;
}

/**
 * A new sandbox for each test of a file, with the projects, servers, certificates and clients of
 * the test. After the tests, the machine must be unchanged.
 */
export function trustRoom() {
  const place: { sandbox: Sandbox; served: Served[] } = { sandbox: sandbox(), served: [] };
  const before = machineStores();
  beforeEach(async () => {
    await place.sandbox.remove();
    place.sandbox = sandbox();
  });
  afterEach(async () => {
    await Promise.all(place.served.splice(0).map(({ stop }) => stop()));
    await place.sandbox.remove();
  });
  const at = (...parts: string[]): string => join(place.sandbox.folder, ...parts);

  return {
    place,
    at,
    authority: (): string => join(place.sandbox.caRoot, 'rootCA.pem'),
    name: (): string => nickname(caOf(place.sandbox)),
    /** A run that reports in JSON. */
    run: async (flags: string[] = [], more: Environment = {}) => {
      const env = { ...place.sandbox.env, ...more };
      const { code, stdout, stderr } = await cli([...words, '--json', ...flags], {
        cwd: at(),
        env,
      });
      return { code, stderr, report: reportOf(stdout) };
    },
    serve: async (): Promise<Served> => {
      const served = await serveWith(at('app'));
      place.served.push(served);
      return served;
    },
    browser: (served: Served): Promise<string> => chromiumSays(place.sandbox, served),
    /** Types commands into a shell, as they are printed. */
    type: (commands: string[], more: Environment = {}) => {
      const script = ['set -e', ...commands].join('\n');
      const env = { ...place.sandbox.env, ...more };
      return runProgram(['sh', '-c', script], { cwd: at(), env });
    },
    /** Another CA of the same name, as in a CAROOT that was created again. */
    otherAuthority: async (): Promise<Sandbox> => {
      const caRoot = join(place.sandbox.home, 'other-ca');
      const folder = join(place.sandbox.home, 'other');
      [caRoot, folder].forEach((path) => mkdirSync(path));
      const other = {
        ...place.sandbox,
        caRoot,
        folder,
        env: { ...place.sandbox.env, CAROOT: caRoot },
      };
      issue(other);
      return other;
    },
    /**
     * Declares the test that nothing was written outside the sandboxes. It must be the last one.
     */
    expectSameMachine: (): void => {
      describe('the tests of trust', () => {
        it('leave the machine unchanged', () => {
          expect(machineStores()).toBe(before);
        });
      });
    },
  };
}
