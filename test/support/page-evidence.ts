import type { Evidence } from '../../src/doctor/evidence.js';
import type { PageEvidence } from '../../src/doctor/page-evidence.js';

interface Seen {
  url: string;
  page?: Partial<PageEvidence>;
  /** Of the server: all are open. */
  addresses?: string[];
  /** The status of the handshake. */
  status?: number;
}

function familyOf(address: string): 4 | 6 {
  return address.includes(':') ? 6 : 4;
}

/** @returns the evidence of a socket and of its page */
export function pageEvidence({
  url,
  page,
  addresses = ['127.0.0.1'],
  status = 101,
}: Seen): Evidence {
  const { protocol, hostname, port, pathname } = new URL(url);
  const usual = protocol === 'wss:' ? 443 : 80;
  const answer = { status, headers: {}, body: '', accepted: status === 101 };
  return {
    target: {
      url,
      secure: protocol === 'wss:',
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? usual : Number(port),
      path: pathname,
      origin: 'https://app.example',
    },
    surroundings: {
      now: 0,
      node: '24.0.0',
      verificationDisabled: false,
      proxyVariable: undefined,
      limit: 1000,
      ownCommand: ['create-fastify-wss'],
      typed: { url, flags: [] },
      asked: { idle: false, page: page !== undefined },
    },
    reached: addresses.map((address) => ({
      address,
      family: familyOf(address),
      result: 'open',
      named: true,
    })),
    upgrade: { origin: 'https://app.example', end: 'open', bytes: '', answer },
    otherOrigins: [],
    ...(page === undefined
      ? {}
      : { page: { url: 'https://app.example/', policies: [], address: '127.0.0.1', ...page } }),
  };
}
