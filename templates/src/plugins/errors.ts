import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { thrown } from '../lib/log.js';
import { answer } from '../lib/replies.js';

/** Logs every error in full, and shows clients only what is their own mistake. */
export default fp(
  async (app) => {
    app.setErrorHandler((error: unknown, { log }, reply) => {
      const statusCode = statusOf(error);
      if (error instanceof Error && statusCode < 500) {
        log.info({ err: error }, 'A request was refused.');
        return answer(reply, { statusCode, message: error.message });
      }
      log.error(thrown(error), 'A route failed.');
      return answer(reply, { statusCode, message: 'The service failed. Its log says why.' });
    });
    app.setNotFoundHandler((_request, reply) =>
      // Fastify's own answer repeats the address, with any token in its query.
      answer(reply, { statusCode: 404, message: 'There is nothing at this address.' }),
    );
    explainClientErrors(app);
  },
  { name: 'errors' },
);

/** The status that an error asks for, if it is one of errors. A route may throw anything. */
function statusOf(error: unknown): number {
  const given = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  return Number.isInteger(given) && given >= 400 && given < 600 ? given : 500;
}

// The ends of OpenSSL's names for what goes wrong; the beginnings differ between its versions.
const causes = [
  { code: /HTTP_REQUEST$/, cause: 'It spoke http:// or ws:// to a port that speaks TLS.' },
  {
    code: /ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN)$/,
    cause: 'It does not trust our certificate. Which clients do: npx create-fastify-wss doctor',
  },
  { code: /ALERT_CERTIFICATE_EXPIRED$/, cause: 'For its clock, our certificate has expired.' },
  { code: /UNSUPPORTED_PROTOCOL$/, cause: 'It does not support TLS 1.2 or 1.3.' },
  { code: /NO_SHARED_CIPHER$/, cause: 'It supports none of our cipher suites.' },
  {
    code: /NO_APPLICATION_PROTOCOL$|0A0000EB/,
    cause: 'It offers HTTP/2 only, as Deno does after a failure: see the line before.',
  },
];

// The first bytes of what is not HTTP: TLS (RFC 8446, 5.1), and the PROXY protocol's versions 1 and 2.
const foreign = [
  { start: '\x16\x03', cause: 'It spoke https:// or wss:// to a port that speaks plain HTTP.' },
  { start: 'PROXY ', cause: 'Its proxy sends the PROXY protocol. Turn it off there.' },
  { start: '\r\n\r\n\0\r\nQUIT', cause: 'Its proxy sends the PROXY protocol. Turn it off there.' },
];

/** Says in the log why a client did not get as far as a request. */
function explainClientErrors({ server, log }: FastifyInstance): void {
  const explain = ({ remoteAddress }: Socket, cause: string, level: 'info' | 'debug' = 'info') => {
    log[level]({ remoteAddress }, `A client could not connect. ${cause}`);
  };
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const known = causes.find(({ code }) => code.test(error.code ?? error.message));
    // Whoever only looks whether the port is open leaves in the middle of the handshake, too.
    const level = known || error.code !== 'ECONNRESET' ? 'info' : 'debug';
    explain(socket, known?.cause ?? `${error.code}`, level);
  });
  server.on('clientError', (error: { rawPacket?: Buffer }, socket: Socket) => {
    const start = error.rawPacket?.toString('latin1', 0, 16) ?? '';
    const known = foreign.find((each) => start.startsWith(each.start));
    if (known) explain(socket, known.cause);
  });
}
