import { bareHost, bracketed, originOf, parseUrl, withoutZone } from '../../../core/hosts.js';
import { isEverywhere, isLoopbackHost } from '../../../core/loopback.js';
import { localProxyPort, portOf } from '../../../core/ports.js';
import type { Evidence, Target } from '../../evidence.js';
import type { OwnCertificate, ProjectEvidence, ProjectSettings } from '../../project-evidence.js';

interface Place extends Pick<ProjectEvidence, 'settings' | 'proxied'> {
  certificate?: Pick<OwnCertificate, 'hosts'>;
}

/** @returns the pages of `DOMAINS` that a browser fetches by HTTP, as URLs */
function pagesOf({ DOMAINS }: ProjectSettings): URL[] {
  return DOMAINS.flatMap((origin) => parseUrl(origin) ?? []).filter(({ protocol }) =>
    ['http:', 'https:'].includes(protocol),
  );
}

/** @returns the pages of `DOMAINS` that the service serves itself */
export function ownPages(settings: ProjectSettings): URL[] {
  const scheme = settings.HTTPS ? 'https:' : 'http:';
  return pagesOf(settings).filter(
    (page) => page.protocol === scheme && portOf(page) === settings.PORT,
  );
}

/** Where the service listens, if the origins of a project do not say how pages find it. */
function ownPlace({ HTTPS, HOST, PORT }: ProjectSettings): URL | undefined {
  const host = isEverywhere(HOST) ? 'localhost' : bracketed(withoutZone(HOST));
  return parseUrl(`${HTTPS ? 'https' : 'http'}://${host}:${PORT}`);
}

const localSite = originOf('https', 'localhost', localProxyPort);

/**
 * The page of the service that this machine reaches in any case: one at a loopback address, if the
 * service listens there and its certificate covers that. DNS may not know the other names.
 */
function nearPage({ settings, certificate }: Place): URL | undefined {
  const isCovered = (name: string): boolean =>
    certificate?.hosts.some(({ host, covered }) => host === name && covered) ?? true;
  const hosts = isLoopbackHost(settings.HOST) ? ownPages(settings) : [];
  return hosts.find((page) => {
    const host = bareHost(page.hostname);
    return isLoopbackHost(host) && isCovered(host);
  });
}

/** The page of the service: on the proxy in front of it, or else where the service listens. */
function pageOf(place: Place): URL {
  const { settings, proxied } = place;
  const found = proxied
    ? (pagesOf(settings)[0] ?? parseUrl(localSite))
    : (nearPage(place) ?? ownPages(settings)[0] ?? ownPlace(settings));
  return found ?? new URL(localSite);
}

/** @returns the origin of the page that the service itself, or the proxy in front, serves */
export function ownOrigin(project: Place): string {
  return pageOf(project).origin;
}

/**
 * @returns the page of the service, under its usual address, that `DOMAINS` does not list: also that at
 * localhost, if `DOMAINS` only has it at 127.0.0.1
 */
export function missingPage(project: Place): string | undefined {
  const { settings, proxied } = project;
  const usual = proxied ? undefined : ownPlace(settings);
  const pages = ownPages(settings);
  const isLocal =
    pages.length > 0 && pages.every(({ hostname }) => isLoopbackHost(bareHost(hostname)));
  const candidates = [
    ownOrigin(project),
    ...(isLocal && usual?.hostname === 'localhost' ? [usual.origin] : []),
  ];
  return candidates.find((origin) => !settings.DOMAINS.includes(origin));
}

/**
 * The socket that doctor checks in a project without a URL: the one that the project's own page opens,
 * with the origin of that page.
 */
export function targetOf(project: Place): Target {
  const { DOMAINS } = project.settings;
  const page = pageOf(project);
  const port = portOf(page);
  const secure = page.protocol === 'https:';
  return {
    url: `${secure ? 'wss' : 'ws'}://${page.host}/live`,
    secure,
    host: bareHost(page.hostname),
    port,
    path: '/live',
    origin: DOMAINS.includes(page.origin) ? page.origin : (DOMAINS[0] ?? page.origin),
  };
}

/** @returns the socket of the project in this folder, if there is a project */
export function ownTarget({ project }: Pick<Evidence, 'project'>): Target | undefined {
  return project === undefined ? undefined : targetOf(project);
}

type Reading = Pick<ProjectEvidence, 'envError' | 'mistakes'>;

/** @returns whether the settings are known: a service without `.env` uses its defaults */
export function areSettingsKnown(envError: string | undefined): boolean {
  return envError === undefined || envError === 'ENOENT';
}

/** @returns whether the settings say on which port the service would listen */
export function isPortKnown({ envError, mistakes }: Reading): boolean {
  const mistaken = mistakes.some((line) => line.startsWith('PORT '));
  return areSettingsKnown(envError) && !mistaken;
}
