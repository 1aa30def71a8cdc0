import type { Registry } from 'prom-client';
import { addMetric, samplesOf } from './metric.js';
import type { SocketCounts } from './socket-counts.js';

/** Adds the metrics of all sockets. None has a label that clients can choose. */
export function addSocketMetrics(registry: Registry, counts: SocketCounts): void {
  const { received, sent, refused, closed } = counts;
  addMetric(registry, {
    name: 'websocket_handshakes_total',
    help: 'Handshakes by outcome (opened or refused), and why they were refused.',
    labels: ['outcome', 'reason'],
    read: () => [
      { labels: { outcome: 'opened', reason: '' }, value: counts.opened },
      ...Array.from(refused, ([reason, value]) => ({
        labels: { outcome: 'refused', reason },
        value,
      })),
    ],
  });
  addMetric(registry, {
    name: 'websocket_closes_total',
    help: 'Closed sockets by close code. Codes that the protocol does not define are "other".',
    labels: ['code'],
    read: () => samplesOf('code', closed),
  });
  addMetric(registry, {
    name: 'websocket_messages_total',
    help: 'Messages by direction.',
    labels: ['direction'],
    read: () =>
      samplesOf('direction', [
        ['in', received.messages],
        ['out', sent.messages],
      ]),
  });
  addMetric(registry, {
    name: 'websocket_message_bytes_total',
    help: 'Bytes of the payloads of messages, by direction.',
    labels: ['direction'],
    read: () =>
      samplesOf('direction', [
        ['in', received.bytes],
        ['out', sent.bytes],
      ]),
  });
  addMetric(registry, {
    name: 'websocket_slow_readers_total',
    help: 'What happened to clients that read too slowly.',
    labels: ['action'],
    read: () => samplesOf('action', [['disconnect', counts.disconnected]]),
  });
}
