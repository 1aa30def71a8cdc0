import type { Answers } from '../../options/answers.js';
import { isLoopbackHost } from '../../core/loopback.js';
import { hostFor, networkAddresses } from '../../core/other-devices.js';
import { blockedPorts, localProxyPort } from '../../core/ports.js';
import { pageUrl } from '../../project/plan/template-values.js';

/** With several sites, longer names do not fit into nginx's default hash buckets. */
const longestServerName = 46;

function nginxWarnings({ reverseProxy, domain = '' }: Answers): string[] {
  return reverseProxy === 'nginx' && domain.length > longestServerName
    ? [
        `${domain} is long. With other sites, nginx needs "server_names_hash_bucket_size 512;" in its http block.`,
      ]
    : [];
}

/** Behind a proxy, browsers do not see the service's port, but the local proxy has its own port. */
function portWarnings({ certSource, port }: Answers): string[] {
  if (certSource === 'proxy') {
    return port === localProxyPort
      ? [`The local proxy also listens on ${port}. Choose another --port.`]
      : [];
  }
  return blockedPorts.has(port) ? [`Browsers block port ${port}. Choose another --port.`] : [];
}

/** The service's own page may only connect if its origin is listed. */
function pageWarnings(answers: Answers): string[] {
  const page = pageUrl(answers);
  return answers.origins.includes(page)
    ? []
    : [`The page at ${page} cannot open a socket: it is not listed in --origins.`];
}

/** Another device connects to an address of this machine's network. */
function deviceWarnings({ certSource, hosts = [], host }: Answers): string[] {
  const addresses = networkAddresses(hosts);
  return certSource === 'mkcert' && addresses.length > 0 && isLoopbackHost(host)
    ? [`Other devices cannot reach ${addresses.join(', ')}: pass --host ${hostFor(addresses)}.`]
    : [];
}

/** @returns warnings about valid answers that work badly together */
export function answersWarnings(answers: Answers): string[] {
  return [nginxWarnings, portWarnings, pageWarnings, deviceWarnings].flatMap((about) =>
    about(answers),
  );
}
