import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from '@fastify/websocket';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** A route whose handler fails, written as the owner of a project would write it. */
export interface FailingRoute {
  name: string;
  handler: (socket: WebSocket, request: FastifyRequest) => void | Promise<void>;
  /** What the client does to make it fail. `open` only connects. */
  client: 'open' | 'send' | 'ping' | 'pong' | 'close' | 'break';
  /** The close code of the connection. */
  code?: number;
  /** What the log shows about a value that is not an Error. */
  thrown?: string;
}

interface FailingRequest {
  name: string;
  fail: () => unknown;
  thrown?: string;
}

function fault(): never {
  throw new Error('The owner made a mistake.');
}

async function laterFault(): Promise<void> {
  await sleep(5);
  fault();
}

// These values are not Errors, but some libraries throw them.
function throwNull(): never {
  // oxlint-disable-next-line no-throw-literal
  throw null;
}

function throwText(): never {
  // oxlint-disable-next-line no-throw-literal
  throw 'The disk is gone.';
}

function rejectNothing(): Promise<never> {
  // oxlint-disable-next-line prefer-promise-reject-errors
  return Promise.reject();
}

const faults = [
  { word: 'sync', fail: fault },
  { word: 'async', fail: laterFault },
];

/** Attaches a listener, then tells the client that it may make it fail. */
function after(attach: (socket: WebSocket, request: FastifyRequest) => void) {
  return (socket: WebSocket, request: FastifyRequest): void => {
    attach(socket, request);
    socket.send('ready');
  };
}

const methods = ['on', 'once', 'addListener', 'prependListener', 'prependOnceListener'] as const;

/** 28 ways: the connection closes, and nothing else happens. */
export const contained: FailingRoute[] = [
  ...faults.map(({ word, fail }) => ({
    name: `the wsHandler itself, ${word}`,
    handler: fail,
    client: 'open' as const,
  })),
  ...methods.flatMap((method) =>
    faults.map(({ word, fail }) => ({
      name: `message by ${method}, ${word}`,
      handler: after((socket) => Reflect.apply(socket[method], socket, ['message', fail])),
      client: 'send' as const,
    })),
  ),
  ...faults.flatMap(({ word, fail }) => [
    {
      name: `addEventListener with a function, ${word}`,
      handler: after((socket) => socket.addEventListener('message', fail)),
      client: 'send' as const,
    },
    {
      name: `addEventListener with an object, ${word}`,
      handler: after((socket) => {
        const listener = { handleEvent: fail };
        // The types of ws only allow functions.
        Reflect.apply(socket.addEventListener, socket, ['message', listener]);
      }),
      client: 'send' as const,
    },
    {
      name: `message by onmessage, ${word}`,
      handler: after((socket) => {
        // oxlint-disable-next-line prefer-add-event-listener
        socket.onmessage = fail;
      }),
      client: 'send' as const,
    },
    {
      name: `error, ${word}`,
      handler: after((socket) => socket.on('error', fail)),
      client: 'break' as const,
      // ws closes first, since it has received an invalid frame.
      code: 1002,
    },
  ]),
  {
    name: 'message, attached later',
    handler: (socket, request) => {
      const attach = after((each) => each.on('message', fault));
      setTimeout(() => attach(socket, request), 50);
    },
    client: 'send',
  },
  {
    name: 'message, a second listener',
    handler: after((socket) => {
      socket.on('message', () => socket.send('The first listener works.'));
      socket.on('message', fault);
    }),
    client: 'send',
  },
  {
    name: 'close',
    handler: after((socket) => socket.on('close', fault)),
    client: 'close',
    code: 1000,
  },
  { name: 'ping', handler: after((socket) => socket.on('ping', fault)), client: 'ping' },
  { name: 'pong', handler: after((socket) => socket.on('pong', fault)), client: 'pong' },
  {
    name: 'message, throw null',
    handler: after((socket) => socket.on('message', throwNull)),
    client: 'send',
    thrown: 'null',
  },
  {
    name: 'message, Promise.reject()',
    handler: after((socket) => socket.on('message', rejectNothing)),
    client: 'send',
    thrown: 'undefined',
  },
  {
    name: 'message, a thenable',
    handler: after((socket) => {
      socket.on('message', () => ({
        then: (_: unknown, reject: (error: Error) => void) => {
          reject(new Error('The owner made a mistake.'));
        },
      }));
    }),
    client: 'send',
  },
];

/** 7 ways without a connection: the service shuts down. */
export const late: FailingRoute[] = [
  {
    name: 'a callback of send',
    handler: after((socket) => socket.on('message', () => socket.send('Sent.', fault))),
    client: 'send',
  },
  ...faults.map(({ word, fail }) => ({
    name: `a timer, ${word}`,
    handler: after((socket) => socket.on('message', () => void setTimeout(fail, 5))),
    client: 'send' as const,
  })),
  {
    name: 'a timer in the wsHandler',
    handler: after(() => void setTimeout(fault, 5)),
    client: 'open',
  },
  {
    name: 'process.nextTick',
    handler: after((socket) => socket.on('message', () => process.nextTick(fault))),
    client: 'send',
  },
  {
    name: 'a promise that is not returned',
    handler: after((socket) => socket.on('message', () => void laterFault())),
    client: 'send',
  },
  {
    name: 'a data listener of the raw stream',
    handler: after((_socket, request) => request.raw.socket.on('data', fault)),
    client: 'send',
  },
];

/** Ways to fail repeatedly while the service shuts down. */
export const repeated: FailingRoute[] = faults.map(({ word, fail }) => ({
  name: `an interval, ${word}`,
  handler: after((socket) => socket.on('message', () => void setInterval(fail, 10))),
  client: 'send',
}));

const bareValues = [
  { name: 'null', fail: throwNull, thrown: 'null' },
  { name: 'a string', fail: throwText, thrown: "'The disk is gone.'" },
  { name: 'Promise.reject()', fail: rejectNothing, thrown: 'undefined' },
];

/** Values without a connection that are not Errors. */
export const lateValues: FailingRoute[] = bareValues.map(({ name, fail, thrown }) => ({
  name: `a timer, ${name}`,
  handler: after((socket) => socket.on('message', () => void setTimeout(fail, 5))),
  client: 'send',
  thrown,
}));

/** HTTP routes that fail. */
export const requests: FailingRequest[] = [
  ...bareValues,
  { name: 'an error', fail: fault },
  { name: 'a rejection', fail: laterFault },
  {
    name: 'an error with an invalid status',
    fail: () => {
      throw Object.assign(new Error('The owner made a mistake.'), { statusCode: 200 });
    },
  },
];

/** @returns the URL path of a failing route */
export function addressOf({ name }: { name: string }): string {
  return `/fails/${name.replaceAll(/\W+/g, '-')}`;
}

/** As the owner of a project writes it: a file of `src/routes/` has a default export. */
export default async function routes(app: FastifyInstance): Promise<void> {
  for (const route of [...contained, ...late, ...repeated, ...lateValues]) {
    app.get(addressOf(route), { websocket: true }, (socket, request) =>
      route.handler(socket, request),
    );
  }
  for (const { name, fail } of requests) {
    app.get(`/requests${addressOf({ name })}`, () => fail());
  }
  app.get('/work', { websocket: true }, (socket) => {
    socket.on('message', async () => {
      socket.send('The work begins.');
      await sleep(500);
      socket.send('The work is done.');
    });
  });
}
