import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import blankSpace from 'ts-blank-space';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { renderApp, type App } from '../../support/app.js';
import { launch, origin, type AppProcess, type LogLine } from '../../support/app-process.js';
import { openClient, type Client } from '../../support/open-client.js';
import {
  addressOf,
  contained,
  late,
  lateValues,
  repeated,
  requests,
} from '../../support/failing-routes.js';
import type { FailingRoute } from '../../support/failing-routes.js';
import { root } from '../../support/cli.js';
import { until } from '../../support/until.js';

const env = { HTTPS: 'false', SHUTDOWN_MS: '120000' };

let app: App;
beforeAll(async () => {
  app = await renderApp();
  const source = readFileSync(join(root, 'test/support/failing-routes.ts'), 'utf8');
  writeFileSync(join(app.folder, 'src/routes/fails.js'), blankSpace(source));
});
afterAll(() => app.remove());

function connect({ port }: AppProcess, path: string): Promise<Client> {
  return openClient(`ws://127.0.0.1:${port}${path}`, { origin });
}

/** Opens a failing route, and makes its handler fail. */
async function provoke(service: AppProcess, route: FailingRoute): Promise<Client> {
  const client = await connect(service, addressOf(route));
  if (route.client !== 'open') {
    await client.received('ready');
  }
  const acts = {
    open: () => undefined,
    send: () => client.socket.send('anything'),
    ping: () => client.socket.ping(),
    pong: () => client.socket.pong(),
    close: () => client.socket.close(1000),
    // A frame with an opcode that RFC 6455 reserves, masked with zeros.
    break: () => client.write(Buffer.from([0x83, 0x80, 0, 0, 0, 0])),
  };
  acts[route.client]();
  return client;
}

/** The log lines of the only connection to a route. */
function linesFor(lines: LogLine[], route: FailingRoute): LogLine[] {
  const opened = lines.find(
    (line) => line.msg === 'socket opened' && line.route === addressOf(route),
  );
  return lines.filter(({ reqId }) => opened !== undefined && reqId === opened.reqId);
}

/** What the log shows about a failure: the stack with the owner's file, or the value itself. */
function shown({ thrown }: { thrown?: string }): RegExp {
  return thrown === undefined ? stack : new RegExp(`^${thrown}$`);
}

const stack = /^Error: The owner made a mistake\.\n[^]*routes\/fails\.js/;

const errors = (lines: LogLine[]): LogLine[] => lines.filter(({ level }) => level >= 50);

it('covers 35 ways to fail', () => {
  expect([contained.length, late.length]).toEqual([28, 7]);
});

describe('a handler that fails only closes its own connection', () => {
  let service: AppProcess;
  let second: Client;
  const start = async (): Promise<void> => {
    service = await launch(app, { env });
    second = await connect(service, '/live');
  };
  beforeAll(start);
  // One process serves all rows, unless one of them ends it.
  beforeEach(() => (service.runs() ? undefined : start()));
  afterAll(() => service.stop());

  it.each(contained)('$name', async (route) => {
    const client = await provoke(service, route);
    expect(await client.closed()).toBe(route.code ?? 1011);
    await until(
      'the failure is in the log',
      () => errors(linesFor(service.lines(), route)).length > 0,
    );
    second.socket.send(route.name);
    await second.received(`Echo: ${route.name}`);
    expect(service.runs()).toBe(true);
    const [line, ...others] = errors(linesFor(service.lines(), route));
    expect(others).toEqual([]);
    expect(line?.level).toBe(50);
    expect(line?.thrown ?? line?.err?.stack).toMatch(shown(route));
  });

  it('and the service keeps working', async () => {
    expect(errors(service.lines())).toHaveLength(contained.length);
    expect(await service.stop()).toBe(0);
    expect(await second.closed()).toBe(1001);
  });
});

describe('an error that belongs to no connection shuts the service down', () => {
  it.concurrent.each([...late, ...repeated, ...lateValues])('$name', async (route) => {
    const service = await launch(app, { env });
    try {
      const second = await connect(service, '/work');
      second.socket.send('Begin.');
      await second.received('The work begins.');
      await provoke(service, route);
      await second.received('The work is done.');
      expect(await second.closed()).toBe(1001);
      expect(await service.ended).toBe(1);
      const [line, ...others] = errors(service.lines());
      expect(others).toEqual([]);
      expect(line).toMatchObject({
        level: 60,
        msg: 'Uncaught error. The service is shutting down.',
      });
      expect(line?.thrown ?? line?.err?.stack).toMatch(shown(route));
    } finally {
      await service.stop();
    }
  });
});

describe('a failing HTTP route answers 500', () => {
  let service: AppProcess;
  beforeAll(async () => {
    service = await launch(app, { env });
  });
  afterAll(() => service.stop());

  it.each(requests)('$name', async (failing) => {
    const from = service.lines().length;
    const url = `http://127.0.0.1:${service.port}/requests${addressOf(failing)}`;
    const response = await fetch(url);
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({
      message: 'Internal error. The log of the service says why.',
    });
    await until('the failure is in the log', () => errors(service.lines().slice(from)).length > 0);
    const [line, ...others] = errors(service.lines().slice(from));
    expect(others).toEqual([]);
    expect(line?.thrown ?? line?.err?.stack).toMatch(shown(failing));
  });
});

const streams = `
import fp from 'fastify-plugin';
import { on } from 'node:events';
import { createWebSocketStream } from 'ws';

export default fp(
  async (app) => {
    app.get('/stream', { websocket: true }, (socket) => {
      const stream = createWebSocketStream(socket, { encoding: 'utf8' });
      stream.on('data', (chunk) => stream.write(chunk));
    });
    app.get('/iterator', { websocket: true }, async (socket) => {
      for await (const [message] of on(socket, 'message')) socket.send(String(message));
    });
  },
  { name: 'streams-of-sockets', dependencies: ['origins'], encapsulate: true },
);
`;

describe('a client that violates the protocol only ends its own connection', () => {
  it.each(['/stream', '/iterator'])('if a socket is read as in %s', async (path) => {
    writeFileSync(join(app.folder, 'src/routes/streams.js'), streams);
    const service = await launch(app, { env });
    try {
      const second = await connect(service, '/live');
      const client = await connect(service, path);
      client.socket.send('hello');
      await client.received('hello');
      client.write(Buffer.from([0x83, 0x80, 0, 0, 0, 0]));
      expect(await client.closed()).toBe(1002);
      second.socket.send('still here');
      await second.received('Echo: still here');
      expect(errors(service.lines())).toEqual([]);
    } finally {
      expect(await service.stop()).toBe(0);
    }
  });
});
