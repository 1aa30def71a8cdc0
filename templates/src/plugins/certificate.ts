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
 * Loads a renewed certificate within five seconds, without closing a connection. If it cannot be
 * used, the old one stays in use, the reason is logged, and loading is retried.
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
        // Pass all options again: Node forgets missing ones.
        server.setSecureContext(options);
        inUse = new X509Certificate(options.cert);
        log.info(`${CERT_KEY} was renewed. The new certificate is valid until ${inUse.validTo}.`);
      } catch (error) {
        const reason = messageOf(error);
        // Only the first failure is a warning. The key may be written a moment later.
        const level = waitedMs === settleMs ? 'warn' : 'debug';
        log[level]({ reason }, 'The renewed certificate cannot be used. The old one stays in use.');
        renewIn(Math.min(waitedMs * 2, longestPauseMs));
      }
    };

    function renewIn(ms: number): void {
      clearTimeout(pending);
      pending = setTimeout(renew, ms, ms).unref();
    }

    const warnBeforeExpiry = () => {
      const end = Date.parse(inUse.validTo);
      // Short-lived certificates are renewed in their last third.
      const warningMs = Math.min(14 * dayMs, (end - Date.parse(inUse.validFrom)) / 4);
      if (end - Date.now() < warningMs)
        log.warn(`${CERT_KEY} expires on ${inUse.validTo}. Renew it.`);
    };

    // The key and the certificate are rarely replaced at the same moment.
    const onChange = () => renewIn(settleMs);
    // Polls the files every two seconds: the system's file events miss changed symbolic links, as
    // certbot and Kubernetes use them.
    for (const file of files) watchFile(file, { interval: 2000, persistent: false }, onChange);
    warnBeforeExpiry();
    const daily = setInterval(warnBeforeExpiry, dayMs).unref();

    app.addHook('onClose', async () => {
      for (const file of files) unwatchFile(file, onChange);
      clearTimeout(pending);
      clearInterval(daily);
    });
  },
  { name: 'certificate' },
);
