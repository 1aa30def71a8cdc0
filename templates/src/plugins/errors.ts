import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { thrown } from '../lib/log.js';
import { answer } from '../lib/replies.js';

/** Logs every error in full. Clients only see the messages of their own mistakes. */
export default fp(
  async (app) => {
    app.setErrorHandler((error: unknown, { log }, reply) => {
      const statusCode = statusOf(error);
      if (error instanceof Error && statusCode < 500) {
        log.info({ err: error }, 'A request was refused.');
        return answer(reply, { statusCode, message: error.message });
      }
      log.error(thrown(error), 'A route failed.');
      return answer(reply, {
        statusCode,
        message: 'Internal error. The log of the service says why.',
      });
    });
    app.setNotFoundHandler((_request, reply) =>
      // Fastify's own answer repeats the URL, with any token in its query.
      answer(reply, { statusCode: 404, message: 'No route has this URL.' }),
    );
    explainClientErrors(app);
  },
  { name: 'errors' },
);

/** The status of an error if it is 4xx or 5xx, or else 500. A route may throw anything. */
function statusOf(error: unknown): number {
  const given = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  return Number.isInteger(given) && given >= 400 && given < 600 ? given : 500;
}

// The ends of OpenSSL's error names. The beginnings differ between its versions.
const causes = [
  { code: /HTTP_REQUEST$/, cause: 'It used http:// or ws:// on a port that expects TLS.' },
  {
    code: /ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN)$/,
    cause: 'It does not trust the certificate. For help, run: npx create-fastify-wss doctor',
  },
  { code: /ALERT_CERTIFICATE_EXPIRED$/, cause: 'By its clock, the certificate has expired.' },
  { code: /UNSUPPORTED_PROTOCOL$/, cause: 'It does not support TLS 1.2 or 1.3.' },
  { code: /NO_SHARED_CIPHER$/, cause: 'It supports none of the cipher suites of the service.' },
  {
    code: /NO_APPLICATION_PROTOCOL$|0A0000EB/,
    cause: 'It only offers HTTP/2, as Deno does after a failure. See the previous line.',
  },
];

// The first bytes of other protocols: TLS (RFC 8446, 5.1), and versions 1 and 2 of the PROXY protocol.
const otherProtocols = [
  { start: '\x16\x03', cause: 'It used https:// or wss:// on a port that expects plain HTTP.' },
  { start: 'PROXY ', cause: 'Its proxy uses the PROXY protocol. Turn that off in the proxy.' },
  {
    start: '\r\n\r\n\0\r\nQUIT',
    cause: 'Its proxy uses the PROXY protocol. Turn that off in the proxy.',
  },
];

/** Logs why a client failed before its first request. */
function explainClientErrors({ server, log }: FastifyInstance): void {
  const explain = ({ remoteAddress }: Socket, cause: string, level: 'info' | 'debug' = 'info') => {
    log[level]({ remoteAddress }, `A client could not connect. ${cause}`);
  };
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const known = causes.find(({ code }) => code.test(error.code ?? error.message));
    // Port scanners also leave in the middle of the handshake.
    const level = known || error.code !== 'ECONNRESET' ? 'info' : 'debug';
    explain(socket, known?.cause ?? `${error.code}`, level);
  });
  server.on('clientError', (error: { rawPacket?: Buffer }, socket: Socket) => {
    const start = error.rawPacket?.toString('latin1', 0, 16) ?? '';
    const known = otherProtocols.find((each) => start.startsWith(each.start));
    if (known) explain(socket, known.cause);
  });
}
