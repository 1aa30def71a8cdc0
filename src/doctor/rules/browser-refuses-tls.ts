import type { Browser } from '../../core/browsers.js';
import type { BrowserHandshake, Evidence } from '../evidence.js';
import type { Rule } from '../verdict.js';
import { measured, onlyOf } from './shared/refusals.js';
import { alertText, portText } from './shared/tls.js';
import { listed } from './shared/text.js';

/** The first major release of Node.js that knows all groups of browsers. */
const knowingNode = 22;

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

export const browserRefusesTls: Rule = {
  code: 'browser-refuses-tls',
  meaning: 'a browser and the server have no TLS settings in common',
  tls: (evidence) => {
    const { tls, surroundings } = evidence;
    const failed = failing(evidence);
    const [first] = failed;
    if (first === undefined || tls?.end !== 'secure') {
      return undefined;
    }
    const [name, { code, alert }] = first;
    const browsers = failed.map(([browser]) => browser);
    const old = Number.parseInt(surroundings.node, 10) < knowingNode;
    return {
      clients: ['browser'],
      ...onlyOf(browsers),
      certainty: old && name === 'Firefox' ? 'likely' : 'certain',
      cause: `${portText(evidence)} has no TLS settings in common with ${listed(browsers)}: cipher suites, groups or signature algorithms.`,
      evidence: `A handshake with what ${name} offers failed with ${alertText({ code, alert })}. Node.js connected with ${tls.protocol ?? 'TLS'}.`,
      fix: 'Let the server offer TLS 1.3, or ECDHE with AES-GCM, the groups X25519 and P-256, and signatures with SHA-256.',
    };
  },
};
