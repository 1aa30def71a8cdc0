import { X509Certificate } from 'node:crypto';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { Server } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import { readTls } from './tls.js';

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Takes over a renewed certificate within five seconds and without closing a connection. One that
 * could not be served is refused, with the reason in the log, and the old one stays in use.
 */
export function renewCertificate(app: FastifyInstance): void {
  const { server, settings, log } = app;
  if (!(server instanceof Server)) return;
  const { PRIV_KEY, CERT_KEY, CA_CERT } = settings;
  const files = [PRIV_KEY, CERT_KEY, CA_CERT].filter((path) => path !== '');
  let settled: NodeJS.Timeout | undefined;
  let inUse = new X509Certificate(readFileSync(CERT_KEY));

  const renew = () => {
    try {
      const options = readTls(settings);
      // All options again: those that are not repeated would be lost.
      server.setSecureContext(options);
      inUse = new X509Certificate(options.cert);
      log.info(`${CERT_KEY} was renewed, and is in use until ${inUse.validTo}.`);
    } catch (error) {
      log.error(error, 'The renewed certificate is refused, the old one stays in use.');
    }
  };

  // The key and the certificate are seldom replaced in the same moment.
  const onChange = () => {
    clearTimeout(settled);
    settled = setTimeout(renew, 1000).unref();
  };

  const warnBeforeEnd = () => {
    const end = Date.parse(inUse.validTo);
    // Certificates of few days are renewed in their last third.
    const warningMs = Math.min(14 * dayMs, (end - Date.parse(inUse.validFrom)) / 4);
    if (end - Date.now() < warningMs) log.warn(`${CERT_KEY} ends on ${inUse.validTo}. Renew it.`);
  };

  // Looking at the files every two seconds sees what the system's own watching does not: links that
  // are changed, as certbot and Kubernetes do it.
  for (const file of files) watchFile(file, { interval: 2000, persistent: false }, onChange);
  warnBeforeEnd();
  const daily = setInterval(warnBeforeEnd, dayMs).unref();

  app.addHook('onClose', async () => {
    for (const file of files) unwatchFile(file, onChange);
    clearTimeout(settled);
    clearInterval(daily);
  });
}
