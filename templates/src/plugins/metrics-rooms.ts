import fp from 'fastify-plugin';
import { addMetric, samplesOf } from '../lib/metric.js';

/** Adds the metrics of all rooms. A room is never a label: clients choose their names. */
export default fp(
  async ({ metrics, rooms }) => {
    addMetric(metrics, {
      name: 'rooms',
      help: 'Rooms with members on this instance.',
      read: () => rooms.counts.rooms,
    });
    addMetric(metrics, {
      name: 'room_members',
      help: 'Memberships of sockets of this instance.',
      read: () => rooms.counts.members,
    });
    addMetric(metrics, {
      name: 'room_deliveries_total',
      help: 'Messages sent to members of this instance: one for each member.',
      read: () => rooms.counts.deliveries,
    });
    addMetric(metrics, {
      name: 'room_refused_messages_total',
      help: 'Messages over a limit, which no member got.',
      read: () => rooms.counts.refused,
    });
    addMetric(metrics, {
      name: 'room_dropped_messages_total',
      help: 'Messages that a slow member missed.',
      read: () => rooms.counts.dropped,
    });
    addMetric(metrics, {
      name: 'room_slow_members_total',
      help: 'What happened to members that read too slowly.',
      labels: ['action'],
      read: () =>
        samplesOf('action', [
          ['skip', rooms.counts.slow],
          ['disconnect', rooms.counts.closed],
        ]),
    });
  },
  { name: 'metrics-rooms', dependencies: ['metrics', 'rooms'] },
);
