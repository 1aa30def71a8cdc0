import type { Answers } from '../../options/answers.js';
import { plainInstall } from './install.js';
import type { Placed } from '../../options/features.js';
import { pathUp } from '../../core/place.js';
import { bracketed, originOf } from '../../core/hosts.js';
import { isLoopbackHost, reachedAt } from '../../core/loopback.js';
import { packageManagers } from '../../options/package-managers.js';
import { pairPaths } from '../../core/paths.js';
import { localProxyPort } from '../../core/ports.js';

/** Paths of PEM files in the settings, relative to the project or absolute. */
export interface PemPaths {
  keyFile: string;
  certFile: string;
  caFile: string;
}

/** Where `certs` puts its files: the same on every machine. */
export const standardPaths: PemPaths = {
  ...pairPaths,
  caFile: '',
};

/** @returns the URL under which a developer opens the page of the service */
export function pageUrl(answers: Answers): string {
  if (answers.certSource === 'proxy') {
    return originOf('https', 'localhost', localProxyPort);
  }
  const names = answers.hosts?.filter((name) => !name.startsWith('*.')) ?? [];
  const name = names.includes('localhost') ? 'localhost' : (names[0] ?? 'localhost');
  return originOf(answers.https ? 'https' : 'http', name, answers.port);
}

/** Apps have the same origin on every machine, such as capacitor://localhost. */
function isLocalPage(origin: string): boolean {
  const { protocol, hostname } = new URL(origin);
  return /^https?:$/.test(protocol) && isLoopbackHost(hostname);
}

/** @returns the origins of a public deployment: the domain's, and the given non-local ones */
function productionOrigins({ origins }: Answers, domain: string): string[] {
  const others = origins.filter((origin) => !isLocalPage(origin));
  return [...new Set([originOf('https', domain), ...others])];
}

interface Values {
  name: string;
  answers: Placed;
  paths: PemPaths;
  /** Signs tokens for development; only `.env` contains it. */
  authSecret?: string | undefined;
}

/** The values that depend on where the project lies. */
function placeValues(placed: Placed): Record<string, string> {
  const { lockfile, manifests } = packageManagers[placed.packageManager];
  const { workspace, repository } = placed.place ?? {};
  return {
    folder: repository?.inside ?? '.',
    lockfilePath: workspace === undefined ? lockfile : `${pathUp(workspace)}/${lockfile}`,
    // An image is built from the project's folder, without the files of a workspace.
    manifests: (workspace === undefined ? manifests : ['package.json']).join(' '),
    imageInstall: plainInstall(placed).join(' '),
  };
}

/** @returns every value that templates may use, as plain text */
export function templateValues({
  name,
  answers,
  paths,
  authSecret = '',
}: Values): Record<string, string> {
  const commands = packageManagers[answers.packageManager];
  const proxied = answers.certSource === 'proxy';
  const upstreamHost = reachedAt(answers.host);
  const page = pageUrl(answers);
  const domain = answers.domain ?? 'example.com';
  return {
    name,
    run: commands.run.join(' '),
    installCommand: commands.install.join(' '),
    unlocked: [...commands.install, ...(commands.unfrozen ?? [])].join(' '),
    ...placeValues(answers),
    test: commands.test.join(' '),
    start: commands.start.join(' '),
    added: commands.added.join(' '),
    lockfile: commands.lockfile,
    frozen: commands.frozen.join(' '),
    prune: commands.prune,
    nodes: commands.nodes.join(', '),
    language: answers.language,
    output: answers.language === 'ts' ? 'dist' : 'src',
    https: String(answers.https && !proxied),
    ...paths,
    authSecret,
    origins: answers.origins.join(','),
    productionOrigins: productionOrigins(answers, domain).join(','),
    host: answers.host,
    port: String(answers.port),
    trustProxy: proxied ? upstreamHost : '',
    domain,
    upstreamHost,
    upstream: `${bracketed(upstreamHost)}:${answers.port}`,
    pageUrl: page,
    socketUrl: `${page.replace(/^http/, 'ws')}/live`,
  };
}
