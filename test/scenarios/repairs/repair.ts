import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Server } from 'node:net';
import type { Code } from '../../../src/doctor/verdict.js';
import { at, type Call, type Scene } from '../scene.js';

/** A connection that is broken, and how the fix for it is typed. */
export interface Broken {
  call: Call;
  /**
   * Types the fix.
   * @param words what the expression of the repair found in the fix, and its groups
   * @param run runs the commands of the verdict
   * @returns the call to ask again, if it is another one
   */
  type?: (words: string[], run: () => Promise<void>) => unknown;
  /** Where the scripts of a project listen when they have started. */
  ports?: Record<string, number>;
}

/** The fix for a code, typed as doctor prints it. Afterwards the same question must be healthy. */
export interface Repair {
  name: string;
  code: Code;
  /** The system programs that the repair needs. */
  needs?: string[];
  /** What is typed of the fix. Without it, only the commands are. */
  words?: RegExp;
  /** The words are another way than the commands. */
  either?: boolean;
  /** What still is a warning, although the fix was typed. */
  left?: Code[];
  build: (scene: Scene) => Promise<Broken>;
}

type Make<Made> = (scene: Scene, words: string[]) => Made | Promise<Made>;

interface Swap extends Omit<Repair, 'build'> {
  /** The server with the fault. */
  before: Make<Server>;
  /** The server after the fix was typed. */
  after: Make<Server>;
  /** Without TLS. */
  plain?: boolean;
  host?: string;
  path?: string;
  more?: (scene: Scene) => Partial<Call>;
}

/** A fix that changes how a server is made. */
export function swap({ before, after, ...rest }: Swap): Repair {
  const { plain = false, host = 'localhost', path = '/', more = () => ({}), ...repair } = rest;
  const on = async (scene: Scene, server: Server): Promise<Call> => {
    const port = await scene.listen(server);
    return { ...at(`${plain ? 'ws' : 'wss'}://${host}:${port}${path}`), ...more(scene) };
  };
  return {
    ...repair,
    build: async (scene) => ({
      call: await on(scene, await before(scene, [])),
      type: async (words: string[]) => on(scene, await after(scene, words)),
    }),
  };
}

/** Makes the CA of the scene, which all clients trust, the development CA of this machine. */
export function adopt(scene: Scene, ca = scene.ca): void {
  const files = { 'rootCA.pem': ca.cert, 'rootCA-key.pem': ca.key };
  for (const [name, contents] of Object.entries(files)) {
    const path = join(scene.sandbox.caRoot, name);
    writeFileSync(path, contents);
    scene.later(() => rmSync(path, { force: true }));
  }
}

/** An empty folder, in which commands are typed. */
export function emptyFolder({ sandbox, later }: Scene): string {
  const folder = mkdtempSync(join(sandbox.folder, 'typed-'));
  later(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes lines at the end of `.env`, where they count. */
export function setIn(folder: string, ...lines: string[]): void {
  appendFileSync(join(folder, '.env'), `\n${lines.join('\n')}\n`);
}
