import fp from 'fastify-plugin';
import { pathOf } from '../lib/log.js';

/** Logs one line for each HTTP request. websocket.ts logs WebSockets. */
export default fp(
  async (app) => {
    app.addHook('onResponse', async ({ ws, log, method, url, ip }, reply) => {
      if (ws) return;
      const { statusCode, elapsedTime } = reply;
      // Neither clients above the limit nor CORS preflight requests may fill the log.
      const level = statusCode === 429 || method === 'OPTIONS' ? 'debug' : 'info';
      const line = `${method} ${pathOf(url).slice(0, 200)} ${statusCode}`;
      log[level]({ ip, ms: Math.round(elapsedTime) }, line);
    });
  },
  { name: 'log', dependencies: ['websocket'] },
);
