import type { TypedDoctor } from './arguments.js';
import { UserError } from '../core/errors.js';
import { bareHost } from '../core/hosts.js';
import { quoteCommand } from '../core/quote.js';
import { isLoopbackHost } from '../core/loopback.js';
import { portOf } from '../core/ports.js';
import { enclosingProject } from './probes/enclosing-project.js';
import type { Target } from './evidence.js';
import type { Sending } from './upgrade-evidence.js';
import { notRegular, type ProjectEvidence } from './project-evidence.js';
import { ownPages, targetOf as ownTargetOf } from './rules/shared/project-target.js';

function noTarget(program: string[]): UserError {
  const command = quoteCommand([...program, 'doctor', 'wss://HOST:PORT/PATH']);
  return new UserError(
    'No URL was given, and this folder is not in a project.',
    `Pass the URL of the socket: ${command}`,
    { code: 'missing-answers', stage: 'arguments' },
  );
}

/** The origin of the page that would open the socket: the given one, or that of the same server. */
function originFor(url: URL, { origin, page }: TypedDoctor['controls']): string {
  return origin ?? new URL(page ?? url.href.replace(/^ws/, 'http')).origin;
}

/** User name and password of a URL, as clients send them (RFC 7617). */
function credentialsIn({ username, password }: URL): string | undefined {
  const [name, word] = [username, password].map((text) => decoded(text));
  return username === '' ? undefined : `Basic ${Buffer.from(`${name}:${word}`).toString('base64')}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // It has a percent sign that begins no escape.
    return text;
  }
}

function sendingOf(controls: TypedDoctor['controls'], url?: URL): Pick<Target, 'sending'> {
  const { protocol, header, cookie } = controls;
  const credentials = url === undefined ? undefined : credentialsIn(url);
  const sending: Sending = {
    ...(protocol === undefined ? {} : { protocols: protocol }),
    ...(header === undefined ? {} : { headers: header }),
    ...(cookie === undefined ? {} : { cookie }),
    ...(credentials === undefined ? {} : { credentials }),
  };
  return Object.keys(sending).length === 0 ? {} : { sending };
}

/** Without user name and password, which must not be printed. */
function withoutCredentials(url: URL): URL {
  return Object.assign(new URL(url), { username: '', password: '' });
}

function targetOf(typed: URL, controls: TypedDoctor['controls']): Target {
  const url = withoutCredentials(typed);
  return {
    url: url.href,
    secure: url.protocol === 'wss:',
    host: bareHost(url.hostname),
    port: portOf(url),
    path: url.pathname + url.search,
    origin: originFor(url, controls),
    ...sendingOf(controls, typed),
  };
}

/** The socket of the project in this folder, opened by its own page unless another is given. */
function targetOfProject(project: ProjectEvidence, controls: TypedDoctor['controls']): Target {
  const target = ownTargetOf(project);
  const { origin, page } = controls;
  return {
    ...target,
    ...sendingOf(controls),
    origin: origin ?? (page === undefined ? target.origin : new URL(page).origin),
  };
}

/** What doctor checks. */
export interface Found {
  target: Target;
  /** If no URL was typed, or the URL of the project itself. */
  project: ProjectEvidence | undefined;
}

/**
 * Whether a URL leads to the service of a project, or to the proxy in front of it. Nothing is known about
 * a service whose settings come through a pipe.
 */
function isOwn(target: Target, project: ProjectEvidence, address = target.host): boolean {
  if (project.envError === notRegular) {
    return false;
  }
  const own = ownTargetOf(project);
  const pages = project.proxied ? [] : ownPages(project.settings);
  const hosts = [own.host, ...pages.map(({ hostname }) => bareHost(hostname))];
  const here = hosts.includes(address) || isLoopbackHost(address);
  return here && target.port === own.port;
}

/** @throws UserError if there is neither a URL nor a project */
export function findTarget({ url, controls }: TypedDoctor, program: string[]): Found {
  const project = enclosingProject(process.cwd(), process.env);
  if (url !== undefined) {
    const target = targetOf(url, controls);
    const own = project !== undefined && isOwn(target, project, controls.address);
    return { target, project: own ? { ...project, typed: true } : undefined };
  }
  if (project === undefined) {
    throw noTarget(program);
  }
  return { target: targetOfProject(project, controls), project };
}
