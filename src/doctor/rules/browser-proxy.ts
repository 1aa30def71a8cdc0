import type { Rule } from '../verdict.js';

/** Answers of a proxy that opens a tunnel. */
function isOpened(status: number | undefined): boolean {
  return status !== undefined && status >= 200 && status < 300;
}

export const browserProxy: Rule = {
  code: 'browser-proxy',
  meaning: 'browsers may use a proxy that doctor and Node.js do not use',
  address: ({ tunnel, target }) => {
    if (tunnel === undefined) {
      return undefined;
    }
    const { variable, proxy, status, end } = tunnel;
    const fails = !isOpened(status) && !(status === undefined && end === 'open');
    const answer = status === undefined ? `no answer (${end})` : `HTTP status ${status}`;
    const seen = status === undefined && end === 'open' ? 'It was not asked' : `CONNECT: ${answer}`;
    return {
      severity: 'warning',
      clients: ['browser', 'system'],
      cause: fails
        ? `${variable} names a proxy that opens no tunnel to ${target.host}:${target.port}. Browsers and curl may use it; Node.js does not.`
        : `${variable} names a proxy. Browsers and curl may use it; Node.js and doctor do not.`,
      evidence: `${variable} leads to ${proxy}. ${seen}.`,
      fix: fails
        ? `Allow CONNECT to port ${target.port} in the proxy, serve wss:// on port 443, or add ${target.host} to NO_PROXY.`
        : `If only browsers fail, check the proxy, or add ${target.host} to NO_PROXY.`,
    };
  },
};
