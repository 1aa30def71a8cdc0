import { chmodSync, cpSync, mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runProgram } from './cli.js';
import { dockerIgnore, globToRegExp, parseCopy, parseDockerfile, parseExec } from './dockerfile.js';
import type { Environment } from './sandbox.js';

/** A stage of a build, in a folder that represents the root of its file system. */
export interface Stage {
  root: string;
  /** The working directory, as in the image. */
  folder: string;
  /** The variables of ENV. */
  env: Record<string, string>;
  user?: string;
  command?: string[];
  healthcheck?: string[];
}

interface Build {
  /** The project: the build context. */
  context: string;
  /** An empty folder for the stages. */
  folder: string;
  /** The environment of RUN commands in addition to ENV. */
  env: Environment;
  /** Creates the root of a stage like the image in FROM. */
  from: (image: string, root: string) => void;
}

type Stages = Record<string, Stage>;

function onDisk({ root, folder }: Stage, path: string): string {
  return join(root, path.startsWith('/') ? path : join(folder, path));
}

/**
 * The files of the context that match a source of COPY and that `.dockerignore` does not exclude.
 */
function inContext(context: string, source: string): string[] {
  const ignored = dockerIgnore(readFileSync(join(context, '.dockerignore'), 'utf8'));
  const pattern = globToRegExp(source);
  const found = readdirSync(context).filter((name) => pattern.test(name) && !ignored(name));
  if (found.length === 0 && !/[*?]/.test(source)) {
    throw new Error(`COPY ${source}: it is not in the context.`);
  }
  return found.map((name) => join(context, name));
}

/** Of a folder, COPY copies the content; of files, the files themselves. */
function copyInto(source: string, target: string, intoFolder: boolean): string {
  const isFolder = statSync(source).isDirectory();
  const path = isFolder || !intoFolder ? target : join(target, basename(source));
  cpSync(source, path, { recursive: true, verbatimSymlinks: true });
  return path;
}

/** Gives a copy, with everything in it, the mode of --chmod. */
function chmodAll(path: string, mode: number): void {
  chmodSync(path, mode);
  if (statSync(path).isDirectory()) {
    readdirSync(path).forEach((name) => chmodAll(join(path, name), mode));
  }
}

function copy(words: string, stage: Stage, { context }: Build, stages: Stages): void {
  const { from, sources, target, mode } = parseCopy(words);
  const origin = from === undefined ? undefined : stages[from];
  const paths = sources.flatMap((source) =>
    origin === undefined ? inContext(context, source) : [onDisk(origin, source)],
  );
  for (const path of paths) {
    const copied = copyInto(path, onDisk(stage, target), target.endsWith('/'));
    if (mode !== undefined) {
      chmodAll(copied, mode);
    }
  }
}

async function run(words: string, stage: Stage, { env }: Build): Promise<void> {
  const local = join(stage.root, 'usr/local');
  const { code, stdout, stderr } = await runProgram(['/bin/sh', '-c', words], {
    cwd: join(stage.root, stage.folder),
    env: {
      ...env,
      ...stage.env,
      npm_config_prefix: local,
      PATH: `${join(local, 'bin')}:${env['PATH']}`,
    },
  });
  if (code !== 0) {
    throw new Error(`RUN ${words} ended with ${code}.\n${stdout}\n${stderr}`);
  }
}

function variables(words: string): Record<string, string> {
  return Object.fromEntries(words.split(/\s+/).map((pair) => pair.split('=', 2)));
}

function open(words: string, build: Build, index: number): [string, Stage] {
  const [image = '', , name] = words.split(/\s+/);
  const root = join(build.folder, String(index));
  mkdirSync(root, { recursive: true });
  build.from(image, root);
  return [name ?? String(index), { root, folder: '/', env: {} }];
}

/** What an instruction changes in its stage if it runs and copies nothing. */
function described(name: string, words: string, stage: Stage): Partial<Stage> {
  const meanings: Record<string, () => Partial<Stage>> = {
    WORKDIR: () => ({ folder: words }),
    ENV: () => ({ env: { ...stage.env, ...variables(words) } }),
    USER: () => ({ user: words }),
    CMD: () => ({ command: parseExec(words) }),
    HEALTHCHECK: () => ({ healthcheck: parseExec(words.replace(/^.*?CMD\s+/, '')) }),
    EXPOSE: () => ({}),
  };
  const meaning = meanings[name];
  if (meaning === undefined) {
    throw new Error(`${name} is not understood here.`);
  }
  return meaning();
}

/**
 * Builds an image without a container engine: every stage is a folder, COPY copies between them,
 * and RUN really runs, in the stage's working directory. It is no sandbox: an absolute path in a
 * RUN command is a path of this machine.
 *
 * @returns every stage by its name, the last one also as `image`
 * @throws {Error} for a command that fails, a missing source, or an unknown instruction
 */
export async function buildImage(build: Build): Promise<Stages> {
  const stages: Stages = {};
  const dockerfile = readFileSync(join(build.context, 'Dockerfile'), 'utf8');
  let current = '';
  for (const { name, words } of parseDockerfile(dockerfile)) {
    const stage = stages[current];
    if (name === 'FROM') {
      const [opened, fresh] = open(words, build, Object.keys(stages).length);
      current = opened;
      stages[opened] = fresh;
    } else if (stage === undefined) {
      throw new Error(`${name} stands before FROM.`);
    } else if (name === 'RUN') {
      // oxlint-disable-next-line no-await-in-loop -- each instruction builds on those before it
      await run(words, stage, build);
    } else if (name === 'COPY') {
      copy(words, stage, build, stages);
    } else {
      stages[current] = { ...stage, ...described(name, words, stage) };
      mkdirSync(onDisk(stages[current] ?? stage, '.'), { recursive: true });
    }
  }
  return { ...stages, image: stages[current] ?? { root: '', folder: '/', env: {} } };
}
