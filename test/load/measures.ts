import { bare, service, startLoader, startServer, type Scheme, type Server } from './servers.js';

/** One run of one server: the result, and how much of its core the load generator used (0 to 1). */
export interface Sample {
  value: number;
  load: number;
}

interface Trial {
  name: string;
  scheme: Scheme;
}

/** What is measured. */
export interface Measure {
  title: string;
  unit: string;
  /** Whether a contender takes part. */
  takes: (name: string) => boolean;
  run: (trial: Trial) => Promise<Sample>;
  /** The result of the rendered service divided by that of bare ws: the minimum and the goal. */
  floor: Record<Scheme, number>;
  goal: Record<Scheme, number>;
  /** Whether higher is better. */
  more: boolean;
}

const text = 'x'.repeat(32);
const wide = 'y'.repeat(245);
const everybody = (): boolean => true;
const hasRooms = (name: string): boolean => [bare, 'fastify', service].includes(name);

/** Socket.IO has its own protocol inside the frames (Engine.IO 4, Socket.IO 5). */
function messagesOf(name: string) {
  if (name !== 'socket.io') {
    return { path: '/live', ask: text, answer: `Echo: ${text}` };
  }
  const event = (words: string): string => `42["message","${words}"]`;
  const path = '/socket.io/?EIO=4&transport=websocket';
  return { path, greeting: '40', ask: event(text), answer: event(`Echo: ${text}`) };
}

/** The generated service has a JSON protocol for rooms; the others send what they get to all. */
function roomOf(name: string) {
  if (name !== service) {
    return { path: '/rooms/all', ask: wide, answer: wide };
  }
  const json = (type: string, more = {}): string => JSON.stringify({ type, room: 'all', ...more });
  const data = { data: wide };
  const greeting = json('join');
  return { path: '/rooms', greeting, ask: json('publish', data), answer: json('message', data) };
}

/** Starts a server and a load generator, and ends both. */
export async function withServer<Result>(
  { name, scheme }: Trial,
  use: (server: Server, load: ReturnType<typeof startLoader>) => Promise<Result>,
  settings: Record<string, string> = {},
): Promise<Result> {
  const server = await startServer(name, scheme, settings);
  const load = startLoader();
  try {
    return await use(server, load);
  } finally {
    await Promise.all([server.stop(), load.stop()]);
  }
}

/** Messages per second of the server's CPU time. */
function echo(inFlight: number, seconds: number): Measure['run'] {
  return (trial) =>
    withServer(trial, async (server, load) => {
      const { path, ...messages } = messagesOf(trial.name);
      const target = { ...server.target, path };
      await load.ask({ job: 'meet', target, connections: 200, inFlight, ...messages });
      await load.ask({ job: 'echo', seconds: 1 });
      const before = await server.ask<number>('cpu');
      const { answers, cpu } = await load.ask<Answers>({ job: 'echo', seconds });
      const after = await server.ask<number>('cpu');
      return { value: (answers / (after - before)) * 1e6, load: cpu };
    });
}

interface Answers {
  answers: number;
  cpu: number;
}

const memory: Measure['run'] = (trial) =>
  withServer(trial, async (server, load) => {
    const { path } = messagesOf(trial.name);
    const hold = (connections: number) =>
      load.ask({ job: 'hold', target: { ...server.target, path }, connections });
    // The first connections load and compile the code that all others use.
    await hold(100);
    await load.ask({ job: 'release' });
    const before = await server.ask<number>('memory');
    await hold(5000);
    const after = await server.ask<number>('memory');
    return { value: (after - before) / 5000 / 1024, load: 0 };
  });

const broadcast: Measure['run'] = (trial) =>
  withServer(trial, async (server, load) => {
    const { path, greeting, ask, answer } = roomOf(trial.name);
    const job = { job: 'broadcast', pauseMs: 100, ask, answer };
    const target = { ...server.target, path };
    await load.ask({ job: 'hold', target, connections: 5000, greeting });
    await load.ask({ ...job, messages: 5 });
    const before = await server.ask<number>('cpu');
    const { cpu } = await load.ask<{ cpu: number }>({ ...job, messages: 20 });
    const after = await server.ask<number>('cpu');
    return { value: (after - before) / 20 / 1000, load: cpu };
  });

/** The measurements that are compared with bare ws, one server after the other. */
export function measures({ seconds }: { seconds: number }): Measure[] {
  return [
    {
      title: 'echo, 1 message in flight on each of 200 connections',
      unit: 'messages a second of processor time',
      takes: everybody,
      run: echo(1, seconds),
      floor: { ws: 0.85, wss: 0.85 },
      goal: { ws: 0.95, wss: 0.95 },
      more: true,
    },
    {
      title: 'echo, 16 messages in flight on each of 200 connections',
      unit: 'messages a second of processor time',
      takes: everybody,
      run: echo(16, seconds),
      floor: { ws: 2, wss: 0.7 },
      goal: { ws: 3, wss: 1 },
      more: true,
    },
    {
      title: 'memory of an idle connection, of 5,000',
      unit: 'KiB',
      takes: everybody,
      run: memory,
      floor: { ws: 1.8, wss: 1.1 },
      goal: { ws: 1.4, wss: 1.05 },
      more: false,
    },
    {
      title: 'a message of 245 bytes to a room of 5,000',
      unit: 'ms of processor time',
      takes: hasRooms,
      run: broadcast,
      floor: { ws: 1.1, wss: 1.1 },
      goal: { ws: 1, wss: 1 },
      more: false,
    },
  ];
}
