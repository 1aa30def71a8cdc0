import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

// The ends of OpenSSL's names for what goes wrong; the beginnings differ between its versions.
const causes = [
  { code: /HTTP_REQUEST$/, cause: 'It spoke http:// or ws:// to a port that speaks TLS.' },
  {
    code: /ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN)$/,
    cause:
      'It does not trust our certificate. Which clients do, and why: npx create-fastify-wss doctor',
  },
  { code: /ALERT_CERTIFICATE_EXPIRED$/, cause: 'For its clock, our certificate has expired.' },
  { code: /UNSUPPORTED_PROTOCOL$/, cause: 'It speaks no TLS from version 1.2 on.' },
  { code: /NO_SHARED_CIPHER$/, cause: 'It knows none of the cipher suites that we accept.' },
];

/** Says in the log why a client did not get as far as a request. */
export function explainClientErrors(app: FastifyInstance): void {
  app.server.on('tlsClientError', (error: NodeJS.ErrnoException, { remoteAddress }: Socket) => {
    const known = causes.find(({ code }) => code.test(error.code ?? ''));
    // Whoever only looks whether the port is open leaves in the middle of the handshake, too.
    const level = known || error.code !== 'ECONNRESET' ? 'info' : 'debug';
    const cause = known?.cause ?? error.message;
    app.log[level]({ remoteAddress, code: error.code }, `A client could not connect. ${cause}`);
  });

  app.server.on('clientError', (error: { rawPacket?: Buffer }, { remoteAddress }: Socket) => {
    // A TLS handshake begins with the bytes 22 and 3 (RFC 8446, section 5.1).
    if (error.rawPacket?.[0] !== 22 || error.rawPacket[1] !== 3) return;
    const cause = 'It spoke https:// or wss:// to a port that speaks plain HTTP.';
    app.log.info({ remoteAddress }, `A client could not connect. ${cause}`);
  });
}
