import { isTlsOnly } from '../../core/browsers.js';
import type { Rule } from '../verdict.js';

export const tlsOnlyName: Rule = {
  code: 'tls-only-name',
  meaning: 'browsers only use TLS for this top-level domain (HSTS), and the URL is ws://',
  name: ({ target }) => {
    const { secure, host, url } = target;
    if (secure || !isTlsOnly(host)) {
      return undefined;
    }
    const domain = host.slice(host.lastIndexOf('.') + 1);
    return {
      clients: ['browser'],
      cause: `Browsers open wss:// instead of ws:// for all names below .${domain}, which is in their HSTS preload list.`,
      evidence: `The URL is ${url}.`,
      fix: 'Use wss://, or a name below .test or .localhost.',
    };
  },
};
