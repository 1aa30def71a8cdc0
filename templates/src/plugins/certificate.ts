import { X509Certificate } from 'node:crypto';
import { unwatchFile, watchFile } from 'node:fs';
import { Server } from 'node:tls';
import fp from 'fastify-plugin';
import { messageOf } from '../lib/errors.js';
import { readTls } from '../lib/tls.js';

const dayMs = 24 * 60 * 60 * 1000;
const settleMs = 1000;
const longestPauseMs = 60_000;

/**
 * Takes over a renewed certificate within five seconds and without closing a connection. One that
 * cannot be used is refused, with the reason in the log, and tried again; the old one stays in use.
 */
export default fp(
  async (app) => {
    const { server, settings, log } = app;
    if (!(server instanceof Server)) return;
    const { PRIV_KEY, CERT_KEY, CA_CERT } = settings;
    const files = [PRIV_KEY, CERT_KEY, CA_CERT].filter((path) => path !== '');
    let pending: NodeJS.Timeout | undefined;
    let inUse = new X509Certificate(readTls(settings).cert);

    const renew = (waitedMs: number): void => {
      try {
        const options = readTls(settings);
        // All options again: those that are not repeated would be lost.
        server.setSecureContext(options);
        inUse = new X509Certificate(options.cert);
        log.info(`${CERT_KEY} was renewed, and is in use until ${inUse.validTo}.`);
      } catch (error) {
        const reason = messageOf(error);
        // The first refusal is told; the key may only be written a moment later.
        const level = waitedMs === settleMs ? 'warn' : 'debug';
        log[level]({ reason }, 'The renewed certificate is refused. The old one stays in use.');
        renewIn(Math.min(waitedMs * 2, longestPauseMs));
      }
    };

    function renewIn(ms: number): void {
      clearTimeout(pending);
      pending = setTimeout(renew, ms, ms).unref();
    }

    const warnBeforeEnd = () => {
      const end = Date.parse(inUse.validTo);
      // Certificates of few days are renewed in their last third.
      const warningMs = Math.min(14 * dayMs, (end - Date.parse(inUse.validFrom)) / 4);
      if (end - Date.now() < warningMs) log.warn(`${CERT_KEY} ends on ${inUse.validTo}. Renew it.`);
    };

    // The key and the certificate are seldom replaced in the same moment.
    const onChange = () => renewIn(settleMs);
    // Looking at the files every two seconds sees what the system's own watching does not: links that
    // are changed, as certbot and Kubernetes do it.
    for (const file of files) watchFile(file, { interval: 2000, persistent: false }, onChange);
    warnBeforeEnd();
    const daily = setInterval(warnBeforeEnd, dayMs).unref();

    app.addHook('onClose', async () => {
      for (const file of files) unwatchFile(file, onChange);
      clearTimeout(pending);
      clearInterval(daily);
    });
  },
  { name: 'certificate' },
);
