import { spawnSync } from 'node:child_process';
import { posix } from 'node:path';
import { UserError } from '../core/errors.js';
import { renderVersion, type RenderAnswer, type RenderRequest } from '../project/document.js';

/** The name of this package in registries. */
export const packageName = 'create-fastify-wss';

/** An error about the package of a project's version; the fix is another source for it. */
export function unavailable(message: string, version: string, details: string[] = []): UserError {
  return new UserError(
    message,
    `Pass the package of that version: --from ${packageName}-${version}.tgz.`,
    { code: 'old-version', stage: 'plan', exitCode: 1, details },
  );
}

/** Milliseconds and bytes that an old version may take. */
const limits = { timeout: 60_000, maxBuffer: 64 * 1024 * 1024 };

function isInside(path: unknown): boolean {
  return (
    typeof path === 'string' &&
    path === posix.normalize(path) &&
    !/^(\/|\.\.?(\/|$))|\\|(^|\/)\.git(\/|$)/i.test(path)
  );
}

function isFile(read: unknown): boolean {
  const { path, mode, encoding, contents } = Object(read);
  const hasText = encoding === 'utf8' && typeof contents === 'string';
  return isInside(path) && hasText && /^0[67][0-7]{2}$/.test(String(mode));
}

function isRendered(read: unknown): read is RenderAnswer {
  const { render, files } = Object(read);
  return render === renderVersion && Array.isArray(files) && files.every(isFile);
}

interface Rendering {
  /** The render entry of an unpacked package. */
  path: string;
  /** The folder that it runs in. */
  folder: string;
  version: string;
}

/**
 * Runs the render entry of an old version, without anything of this machine.
 * @throws UserError if it fails, takes too long, or prints something else
 */
export function renderBy(
  { path, folder, version }: Rendering,
  request: RenderRequest,
  limit = limits,
): RenderAnswer {
  const options = {
    input: JSON.stringify(request),
    env: {},
    cwd: folder,
    encoding: 'utf8',
  } as const;
  const call = { ...options, ...limit, killSignal: 'SIGKILL' } as const;
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [path], call);
  if (error !== undefined && 'code' in error && error.code === 'ETIMEDOUT') {
    throw unavailable(`Version ${version} takes too long to render the record.`, version);
  }
  const read = parse(stdout);
  if (status === 0 && isRendered(read)) {
    return read;
  }
  const { error: refused } = Object(read);
  const { message } = Object(refused);
  const lines = stderr.split(/\r?\n/).filter((line) => /^\w*Error\b/.test(line));
  const details = typeof message === 'string' ? [message] : lines.slice(0, 1);
  throw unavailable(`Version ${version} cannot render the record.`, version, details);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
