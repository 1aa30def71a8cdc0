import type { Owned } from '../core/template-types.js';

/** What a project can have besides what every project has. `--NAME` and `--no-NAME` decide. */
interface Extra<Name extends string> extends Owned {
  name: Name;
  /** What it is called in the question about extras and in the summary of a run. */
  title: string;
  /** Follows the title in the question. */
  line: string;
  /** Stands in `--help`, the JSON Schema and the README. */
  summary: string;
  /** Another extra, above in the table, that comes with this one. */
  includes?: string;
  /** The beginning of the names of its settings. */
  settings?: string;
}

/** Keeps the names as types. */
function tableOf<Name extends string>(rows: Extra<Name>[]): Extra<Name>[] {
  return rows;
}

/** Every extra. Its option, its feature, its question and what tests combine follow from its row. */
export const extras = tableOf([
  {
    name: 'rooms',
    title: 'Rooms',
    line: 'join, leave, publish, count',
    summary: 'add rooms: a JSON protocol, a client module and a page',
    settings: 'ROOM_',
    files: [
      'docs/rooms.md',
      'public/rooms-page.js',
      'public/rooms.css',
      'public/rooms.html',
      'public/rooms.js',
      'src/lib/bucket.ts',
      'src/lib/delivery-limits.ts',
      'src/lib/room-members.ts',
      'src/lib/room-protocol.ts',
      'src/lib/room-relay.ts',
      'src/lib/slow-members.ts',
      'src/lib/write-together.ts',
      'src/plugins/rooms.ts',
      'src/routes/rooms.ts',
      'test/room-member.ts',
      'test/rooms-client.test.ts',
      'test/rooms-limits.test.ts',
      'test/rooms-slow.test.ts',
      'test/rooms.test.ts',
    ],
  },
  {
    name: 'redis',
    title: 'Redis',
    line: 'instances share their rooms',
    summary: 'share rooms between instances over Redis or Valkey',
    includes: 'rooms',
    settings: 'REDIS_',
    files: [
      'docs/redis.md',
      'src/lib/deferred.ts',
      'src/lib/hash-slot.ts',
      'src/lib/presence.ts',
      'src/lib/redis-clients.ts',
      'src/lib/redis-cluster.ts',
      'src/lib/redis-connection.ts',
      'src/lib/redis-link.ts',
      'src/lib/redis-options.ts',
      'src/lib/redis-single.ts',
      'src/lib/room-subscriptions.ts',
      'src/lib/shared.ts',
      'src/lib/within.ts',
      'src/plugins/redis.ts',
      'src/plugins/shared-rooms.ts',
      'test/redis-server.ts',
      'test/redis-strangers.test.ts',
      'test/redis.test.ts',
    ],
    packages: ['@redis/client'],
  },
  {
    name: 'auth',
    title: 'Authentication',
    line: 'tokens and one-time tickets',
    summary: 'only let known users connect, by token or ticket',
    settings: 'AUTH_',
    files: [
      'docs/auth.md',
      'public/login.css',
      'public/login.js',
      'public/ticket.js',
      'scripts/secret.ts',
      'scripts/token.ts',
      'src/lib/auth-settings.ts',
      'src/lib/credentials.ts',
      'src/lib/refusal.ts',
      'src/lib/remote-keys.ts',
      'src/lib/sessions.ts',
      'src/lib/shared.ts',
      'src/lib/tickets.ts',
      'src/lib/tokens.ts',
      'src/plugins/auth.ts',
      'src/routes/ticket.ts',
      'test/auth.test.ts',
      'test/client-ticket.test.ts',
      'test/ticket.test.ts',
      'test/token.test.ts',
      'test/tokens.ts',
    ],
    packages: ['jose'],
    scripts: ['token'],
  },
  {
    name: 'metrics',
    title: 'Metrics',
    line: 'Prometheus, Grafana dashboard',
    summary: 'add Prometheus metrics, a Grafana dashboard, alerts',
    settings: 'METRICS_',
    files: [
      'docs/metrics.md',
      'monitoring/alerts.yaml',
      'monitoring/dashboard.json',
      'src/lib/counted-socket.ts',
      'src/lib/hysteresis.ts',
      'src/lib/metric.ts',
      'src/lib/metrics-server.ts',
      'src/lib/socket-counts.ts',
      'src/lib/socket-metrics.ts',
      'src/plugins/metrics.ts',
      'src/plugins/overload.ts',
      'test/metrics.test.ts',
      'test/overload.test.ts',
      'test/scrape.ts',
    ],
    packages: ['prom-client'],
  },
  {
    name: 'docker',
    title: 'Docker',
    line: 'Dockerfile and compose.yaml',
    summary: 'add Dockerfile and compose.yaml',
    files: ['.dockerignore', 'Dockerfile', 'src/healthcheck.ts', 'test/healthcheck.test.ts'],
  },
  {
    name: 'systemd',
    title: 'systemd',
    line: 'a hardened unit',
    summary: 'add a hardened systemd unit',
    files: ['docs/systemd.md', 'systemd/app.service'],
  },
  {
    name: 'githubActions',
    title: 'GitHub Actions',
    line: 'tests on each push, weekly template updates',
    summary: 'add GitHub workflows: tests, weekly updates',
    files: ['.github/workflows/ci.yml', '.github/workflows/update.yml'],
  },
]);

export type ExtraName = (typeof extras)[number]['name'];

/** @returns the extra that comes with another one */
export function includedIn(name: string): ExtraName | undefined {
  const included = extras.find((extra) => extra.name === name)?.includes;
  return extras.find((extra) => extra.name === included)?.name;
}
