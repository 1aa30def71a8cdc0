import type { Answers } from '../options/answers.js';
import { blockedPorts, localProxyPort } from '../core/ports.js';
import { pageUrl } from './settings-values.js';

/** Longer names do not fit into what nginx keeps for one, once it serves several sites. */
const longestServerName = 46;

function nginxWarnings({ reverseProxy, domain = '' }: Answers): string[] {
  return reverseProxy === 'nginx' && domain.length > longestServerName
    ? [
        `${domain} is long: beside other sites nginx needs "server_names_hash_bucket_size 512;" in its http block.`,
      ]
    : [];
}

/** Behind a proxy no browser sees the service's port, but the local proxy has one of its own. */
function portWarnings({ certSource, port }: Answers): string[] {
  if (certSource === 'proxy') {
    return port === localProxyPort
      ? [`The local proxy listens on ${port} too: choose another --port.`]
      : [];
  }
  return blockedPorts.has(port)
    ? [`Browsers open nothing on port ${port}: choose another --port.`]
    : [];
}

/** The page of the service itself is one that may connect only where its origin is listed. */
function pageWarnings(answers: Answers): string[] {
  const page = pageUrl(answers);
  return answers.origins.includes(page)
    ? []
    : [`The page at ${page} cannot open a socket: --origins does not list it.`];
}

/** @returns what is to be said of answers that are right each for itself, and work badly together */
export function answersWarnings(answers: Answers): string[] {
  return [nginxWarnings, portWarnings, pageWarnings].flatMap((about) => about(answers));
}
