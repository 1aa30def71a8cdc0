import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { issuer, makeToken } from '../../../templates/test/tokens.js';
import { launch, origin, type AppProcess } from '../../support/app-process.js';
import { renderApp, type App } from '../../support/app.js';
import { authEnv, open, ticketOf } from '../../support/credentials.js';
import { describeWith } from '../../support/needs.js';
import { freePort, start, type Running } from '../../support/running.js';
import { sandbox } from '../../support/sandbox.js';
import { until } from '../../support/until.js';

const races = 100;

/** Adds a route with which a test closes the sockets of a user. */
const closing = `
import fp from 'fastify-plugin';

export default fp(
  async (app) => {
    app.post('/close/:id', async ({ params }) => {
      await app.closeUser(params.id);
      return {};
    });
  },
  { name: 'close', dependencies: ['auth'], encapsulate: true },
);
`;

describeWith(['redis-server'], 'two instances with authentication and Redis', () => {
  const place = sandbox();
  const made: { app?: App; redis?: Running; redisPort: number } = { redisPort: 0 };
  const instances: AppProcess[] = [];
  const both = (): [AppProcess, AppProcess] => {
    const [one, two] = instances;
    if (one === undefined || two === undefined) {
      throw new Error('The instances were not started.');
    }
    return [one, two];
  };
  const startRedis = async (): Promise<void> => {
    const { redisPort: port } = made;
    const words = ['--bind', '127.0.0.1', '--port', String(port), '--dir', place.home];
    const command = ['redis-server', ...words, '--save', '', '--appendonly', 'no'];
    made.redis = await start(command, { cwd: place.home, env: place.env, port });
  };
  const isReady = async ({ port }: AppProcess): Promise<boolean> =>
    (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
  const bothReady = (): Promise<void> =>
    until('both instances are ready', async () => {
      const ready = await Promise.all(both().map(isReady));
      return ready.every(Boolean);
    });

  beforeAll(async () => {
    made.redisPort = await freePort();
    await startRedis();
    made.app = await renderApp(['--auth', '--redis']);
    writeFileSync(`${made.app.folder}/src/routes/close.js`, closing);
    const env = { ...authEnv, REDIS_URL: `redis://127.0.0.1:${made.redisPort}` };
    instances.push(await launch(made.app, { env }), await launch(made.app, { env }));
    await bothReady();
  });
  afterAll(async () => {
    await Promise.all(instances.map((instance) => instance.stop()));
    await made.redis?.stop();
    made.app?.remove();
    await place.remove();
  });

  it(`each of ${races} tickets that both instances get at once opens one socket`, async () => {
    const [one, two] = both();
    const outcomes = await Promise.all(
      Array.from({ length: races }, async (_, index) => {
        const ticket = await ticketOf(index % 2 === 0 ? one : two);
        const attempts = [one, two].map(({ port }) => open(port, `?ticket=${ticket}`));
        return (await Promise.all(attempts)).toSorted().join(' ');
      }),
    );
    expect([...new Set(outcomes)]).toEqual(['101 401']);
  });

  it('Redis holds no ticket, only hashes that expire', async () => {
    const [one] = both();
    const ticket = await ticketOf(one);
    const ask = (...words: string[]): string =>
      execFileSync('redis-cli', ['-p', String(made.redisPort), ...words], { encoding: 'utf8' });
    const keys = ask('keys', '*ticket:*').trim().split('\n');
    expect(keys.length).toBe(1);
    const [key = ''] = keys;
    expect(key + ask('get', key)).not.toContain(ticket);
    const seconds = Number(ask('ttl', key));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(30);
  });

  it('closeUser closes the sockets of a user on both instances, and refuses old tokens', async () => {
    const [one, two] = both();
    const token = makeToken({ sub: 'grace' });
    const headers = { authorization: `Bearer ${token}` };
    const codes: number[] = [];
    await Promise.all(
      [one, two].map(({ port }) => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}/live`, { origin, headers });
        socket.on('close', (code) => codes.push(code));
        return new Promise((resolve) => socket.once('open', resolve));
      }),
    );
    const { ok } = await fetch(`http://127.0.0.1:${one.port}/close/grace`, { method: 'POST' });
    expect(ok).toBe(true);
    await until('both sockets are closed', () => codes.length === 2);
    expect(codes).toEqual([4401, 4401]);
    expect(await open(two.port, '', headers)).toBe(401);
    const later = makeToken({ sub: 'grace', iss: issuer, iat: Math.floor(Date.now() / 1000) + 2 });
    expect(await open(two.port, '', { authorization: `Bearer ${later}` })).toBe(101);
  });

  it('without Redis, tokens still work, and tickets are refused with 503 until it is back', async () => {
    const [one] = both();
    const ticket = await ticketOf(one);
    await made.redis?.stop('SIGKILL');
    await until('the instance noticed', async () => !(await isReady(one)));
    expect(await open(one.port, `?ticket=${ticket}`)).toBe(503);
    await expect(ticketOf(one)).rejects.toThrow('503');
    expect(await open(one.port, '', { authorization: `Bearer ${makeToken()}` })).toBe(101);
    await startRedis();
    await bothReady();
    expect(await open(one.port, `?ticket=${await ticketOf(one)}`)).toBe(101);
  });
});
