import type { Browser } from '../../core/browsers.js';
import type { BrowserHandshake, Evidence } from '../evidence.js';
import { everyClient } from '../client.js';
import type { Finding, Rule } from '../verdict.js';
import { measured, onlyOf, openingBrowsers } from './shared/refusals.js';
import { alertText, failureText, portText } from './shared/tls.js';
import { listed } from './shared/text.js';

/** The first major release of Node.js that knows all groups of browsers. */
const knowingNode = 22;

const fix =
  'Let the server offer TLS 1.3, or ECDHE with AES-GCM, the groups X25519 and P-256, and signatures with SHA-256.';

/** Suites that Node.js offers, but not programs with the usual list of OpenSSL, such as curl. */
const isRare = /CCM|ARIA|CAMELLIA/;

/** A ClientHello that fits into one packet. */
const smallHello = 1400;

/** Something on the way may drop a large ClientHello: that says nothing about TLS. */
function isRefused({ end, helloBytes }: BrowserHandshake): boolean {
  return end === 'failed' || (end === 'reset' && helloBytes < smallHello);
}

/** The handshakes of browsers that the server refuses. */
function failing({ handshakes }: Evidence): [Browser, BrowserHandshake][] {
  return measured.flatMap((name): [Browser, BrowserHandshake][] => {
    const found = name === 'Chromium' ? handshakes?.Chromium : handshakes?.Firefox;
    return found !== undefined && isRefused(found) ? [[name, found]] : [];
  });
}

/** Node.js fails and a browser does not: it offers less than a browser, or refuses more. */
function refusedByNode(evidence: Evidence): Finding | undefined {
  const opening = openingBrowsers(evidence);
  const { tls } = evidence;
  if (tls?.end !== 'failed' || opening.length === 0) {
    return undefined;
  }
  const browsers = measured.filter((name) => !opening.includes(name));
  return {
    clients: browsers.length === 0 ? ['node', 'system'] : everyClient,
    ...onlyOf(browsers),
    certainty: 'likely',
    cause: `${portText(evidence)} has no TLS settings in common with ${listed(['Node.js', ...browsers])}: cipher suites, groups or signature algorithms.`,
    evidence: `${failureText(evidence)} A handshake with what ${opening[0]} offers succeeded.`,
    fix,
  };
}

export const noCommonTls: Rule = {
  code: 'no-common-tls',
  meaning: 'a client and the server have no TLS settings in common',
  tls: (evidence) => {
    const { tls, surroundings } = evidence;
    const failed = failing(evidence);
    const [first] = failed;
    if (first === undefined || tls?.end !== 'secure') {
      return refusedByNode(evidence);
    }
    const [name, { code, alert }] = first;
    const browsers = failed.map(([browser]) => browser);
    const old = Number.parseInt(surroundings.node, 10) < knowingNode;
    return {
      clients: isRare.test(tls.cipher ?? '') ? ['browser', 'system'] : ['browser'],
      ...onlyOf(browsers),
      certainty: old && name === 'Firefox' ? 'likely' : 'certain',
      cause: `${portText(evidence)} has no TLS settings in common with ${listed(browsers)}: cipher suites, groups or signature algorithms.`,
      evidence: `A handshake with what ${name} offers failed with ${alertText({ code, alert })}. Node.js connected with ${tls.protocol ?? 'TLS'}.`,
      fix,
    };
  },
};
