import type { Rule } from '../verdict.js';
import { idleWords } from './shared/proxy.js';

export const idleTimeout: Rule = {
  code: 'idle-timeout',
  meaning: 'an idle socket is dropped',
  advice: 'Run doctor again with --idle 75.',
  idle: ({ idle, upgrade, plainRequest }) => {
    if (idle?.endedAfter === undefined || idle.silent.close !== undefined) {
      return undefined;
    }
    const seconds = (idle.endedAfter / 1000).toFixed(1);
    const outlived = idle.pinged.end === 'open' && idle.pinged.close === undefined;
    const other = outlived
      ? `. A second one with a ping every ${idle.interval / 1000} s stayed open`
      : '. So was a second one with pings';
    return {
      cause: outlived
        ? 'A proxy or the server drops an idle socket.'
        : 'The socket is dropped after some time, with or without traffic.',
      evidence: `An idle socket was dropped after ${seconds} s without a close frame${other}.`,
      fix: outlived
        ? `From the server, ping every client more often than every ${seconds} s, and raise the proxy's timeout (${idleWords(upgrade?.answer, plainRequest)}).`
        : "Check the server's log and the proxies in front of it for a limit on the age of a connection (Caddy: stream_timeout, Envoy: max_stream_duration, Squid: client_lifetime), and make clients reconnect.",
      ...(outlived ? {} : { alternatives: ['handler-died'] }),
    };
  },
};
