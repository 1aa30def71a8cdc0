import { monitorEventLoopDelay } from 'node:perf_hooks';
import fp from 'fastify-plugin';
import { Hysteresis } from '../lib/hysteresis.js';

const holdMs = 5000;

/**
 * Makes `GET /readyz` answer 503 while the process is too busy, or has all the sockets that it may
 * have, so that a load balancer sends new clients elsewhere. Open sockets stay open.
 *
 * Not @fastify/under-pressure: it refuses all requests at the first measurement over the limit.
 */
export default fp(
  async (app) => {
    const { MAX_CONNECTIONS, METRICS_MAX_DELAY_MS: limit } = app.settings;
    const { websocketServer, readiness, log } = app;
    const busy = new Hysteresis({ high: limit, low: limit / 2, ms: holdMs });
    const full = new Hysteresis({ high: MAX_CONNECTIONS, low: MAX_CONNECTIONS * 0.9, ms: 0 });

    const delay = monitorEventLoopDelay({ resolution: 20 });
    delay.enable();
    const timer = setInterval(() => {
      const delayMs = delay.max / 1e6;
      delay.reset();
      if (!busy.update(delayMs, performance.now())) return;
      if (busy.isOn) log.warn({ delayMs }, 'The service is overloaded: messages wait.');
      else log.info('The service is no longer overloaded.');
    }, 1000).unref();

    readiness.set('delay', () => (busy.isOn ? 'The service is overloaded.' : undefined));
    readiness.set('connections', () => {
      full.update(websocketServer.clients.size, performance.now());
      return full.isOn ? 'The service has reached its limit of connections.' : undefined;
    });
    app.addHook('onClose', async () => {
      clearInterval(timer);
      delay.disable();
    });
  },
  { name: 'overload', dependencies: ['websocket', 'readiness'] },
);
