import fp from 'fastify-plugin';
import { pathOf } from '../lib/log.js';

/** One line for each request over HTTP. Sockets have lines of their own. */
export default fp(
  async (app) => {
    app.addHook('onResponse', async ({ ws, log, method, url, ip }, reply) => {
      if (ws) return;
      const { statusCode, elapsedTime } = reply;
      // A client above the limit must not fill the log, nor one that only asks what CORS allows.
      const level = statusCode === 429 || method === 'OPTIONS' ? 'debug' : 'info';
      const line = `${method} ${pathOf(url).slice(0, 200)} ${statusCode}`;
      log[level]({ ip, ms: Math.round(elapsedTime) }, line);
    });
  },
  { name: 'log', dependencies: ['websocket'] },
);
