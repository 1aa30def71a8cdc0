import fp from 'fastify-plugin';
import { addMetric } from '../lib/metric.js';

/** Adds the metrics of the connection to Redis. Without REDIS_URL, all of them are 0. */
export default fp(
  async (app) => {
    const { metrics } = app;
    addMetric(metrics, {
      name: 'redis_up',
      help: 'Whether Redis can be reached.',
      read: () => (app.shared?.isReady() ? 1 : 0),
    });
    addMetric(metrics, {
      name: 'redis_reconnects_total',
      help: 'Lost connections to Redis. Messages of other instances may be lost with each.',
      read: () => app.shared?.counts.reconnects ?? 0,
    });
    addMetric(metrics, {
      name: 'redis_publish_failures_total',
      help: 'Messages that could not be published, so that only this instance delivered them.',
      read: () => app.shared?.counts.publishFailures ?? 0,
    });
    addMetric(metrics, {
      name: 'redis_messages_total',
      help: 'Messages that arrived from Redis.',
      read: () => app.shared?.counts.received ?? 0,
    });
  },
  { name: 'metrics-redis', dependencies: ['metrics', 'redis'] },
);
