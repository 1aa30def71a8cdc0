import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
// Its successor, @prometheus-io/client, needs Node 22. This service also runs on Node 20.
import { collectDefaultMetrics, Registry } from 'prom-client';
import { CountedSocket } from '../lib/counted-socket.js';
import { addMetric } from '../lib/metric.js';
import { createMetricsServer, listenAt } from '../lib/metrics-server.js';
import { SocketCounts } from '../lib/socket-counts.js';
import { addSocketMetrics } from '../lib/socket-metrics.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** The metrics of the service. Add your own to it. */
    metrics: Registry;
  }
}

/**
 * Serves metrics for Prometheus on an address of its own. It also answers while the service refuses
 * connections or shuts down, and its connections do not count in MAX_CONNECTIONS.
 */
export default fp(
  async (app) => {
    const registry = new Registry();
    app.decorate('metrics', registry);
    collectDefaultMetrics({ register: registry });
    // They walk through all sockets, and some are gauges with the name of a counter.
    for (const kind of ['handles', 'requests', 'resources']) {
      registry.removeSingleMetric(`nodejs_active_${kind}`);
      registry.removeSingleMetric(`nodejs_active_${kind}_total`);
    }
    addSocketMetrics(registry, countSockets(app));
    addServiceMetrics(registry, app);

    const { METRICS_HOST, METRICS_PORT } = app.settings;
    const server = createMetricsServer(registry);
    app.addHook('onReady', async () => {
      const { address, port } = await listenAt(server, METRICS_HOST, METRICS_PORT);
      app.log.info({ address, port }, 'Metrics are served.');
    });
    // Runs after all other connections have ended.
    app.addHook('onClose', async () => {
      server.close();
      server.closeAllConnections();
    });
  },
  { name: 'metrics', dependencies: ['websocket', 'readiness'] },
);

function countSockets(app: FastifyInstance): SocketCounts {
  const counts = new SocketCounts();
  Object.assign(app.websocketServer.options, { WebSocket: CountedSocket });
  app.websocketServer.on('connection', (socket: CountedSocket) => {
    counts.opened += 1;
    socket.counts = counts;
    socket.on('close', onClose);
  });
  app.addHook('onResponse', async ({ ws }, { statusCode, refusal = 'other' }) => {
    if (ws && statusCode >= 400) counts.countRefused(refusal);
  });
  return counts;
}

function onClose(this: unknown, code: number): void {
  if (this instanceof CountedSocket) this.counts?.countClosed(code);
}

function addServiceMetrics(
  registry: Registry,
  { websocketServer, server, settings, readiness }: FastifyInstance,
): void {
  let failed = 0;
  server.on('tlsClientError', () => (failed += 1));
  addMetric(registry, {
    name: 'websocket_connections',
    help: 'Open sockets.',
    read: () => websocketServer.clients.size,
  });
  addMetric(registry, {
    name: 'websocket_connections_limit',
    help: 'How many sockets may be open (MAX_CONNECTIONS).',
    read: () => settings.MAX_CONNECTIONS,
  });
  addMetric(registry, {
    name: 'tls_handshake_failures_total',
    help: 'Connections that ended before TLS was established.',
    read: () => failed,
  });
  addMetric(registry, {
    name: 'service_ready',
    help: 'Whether GET /readyz answers 200 (1) or 503 (0).',
    read: () => ([...readiness.values()].every((check) => check() === undefined) ? 1 : 0),
  });
}
