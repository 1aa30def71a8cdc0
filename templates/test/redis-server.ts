import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

const lineEnd = '\r\n';
const ok = `+OK${lineEnd}`;

/**
 * A minimal Redis for the tests: publish, subscribe, and the commands for values and hashes that the
 * service uses (Redis serialization protocol, RESP3). `close` ends its connections, like a Redis that is
 * killed. Between `hang` and `resume`, it accepts connections but does not answer.
 */
export async function startRedis(port = 0) {
  const streams = new Set<Socket>();
  let hangs = false;
  /** The connections that listen to each channel. */
  const subscribers = new Map<string, Set<Socket>>();
  const values = new Map<string, string>();
  const hashes = new Map<string, Map<string, string>>();

  const commands: Record<string, (stream: Socket, words: string[], last: Buffer) => string> = {
    HELLO: () => map([['proto', '3']]),
    CLIENT: () => ok,
    PING: () => `+PONG${lineEnd}`,
    SUBSCRIBE: (stream, channels) =>
      channels
        .map((channel) => {
          const present = subscribers.get(channel) ?? new Set();
          subscribers.set(channel, present.add(stream));
          return `>3${lineEnd}${bulk('subscribe')}${bulk(channel)}:1${lineEnd}`;
        })
        .join(''),
    UNSUBSCRIBE: (stream, channels) =>
      channels
        .map((channel) => {
          subscribers.get(channel)?.delete(stream);
          return `>3${lineEnd}${bulk('unsubscribe')}${bulk(channel)}:0${lineEnd}`;
        })
        .join(''),
    PUBLISH(_stream, [channel = ''], message) {
      const listening = [...(subscribers.get(channel) ?? [])];
      for (const each of listening) {
        // Messages that are published together arrive together.
        each.cork();
        process.nextTick(() => each.uncork());
        each.write(`>3${lineEnd}${bulk('message')}${bulk(channel)}$${message.length}${lineEnd}`);
        each.write(message);
        each.write(lineEnd);
      }
      return `:${listening.length}${lineEnd}`;
    },
    SET(_stream, [key = '', value = '']) {
      values.set(key, value);
      return ok;
    },
    GETDEL(_stream, [key = '']) {
      const value = values.get(key);
      values.delete(key);
      return value === undefined ? `_${lineEnd}` : bulk(value);
    },
    HSET(_stream, [key = '', field = '', value = '']) {
      hashes.set(key, (hashes.get(key) ?? new Map()).set(field, value));
      return `:1${lineEnd}`;
    },
    HDEL: (_stream, [key = '', field = '']) =>
      `:${Number(hashes.get(key)?.delete(field) ?? false)}${lineEnd}`,
    HGETALL: (_stream, [key = '']) => map([...(hashes.get(key) ?? [])]),
    EXPIRE: () => `:1${lineEnd}`,
  };

  const server = createServer((stream) => {
    streams.add(stream);
    if (hangs) stream.pause();
    stream.on('error', () => {});
    stream.on('close', () => {
      streams.delete(stream);
      for (const present of subscribers.values()) present.delete(stream);
    });
    let rest = Buffer.alloc(0);
    stream.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      for (let read = readCommand(rest); read; read = readCommand(rest)) {
        rest = rest.subarray(read.end);
        const [name = '', ...words] = read.words.map(String);
        const answer = commands[name.toUpperCase()];
        const last = read.words.at(-1) ?? Buffer.alloc(0);
        stream.write(answer?.(stream, words, last) ?? `-ERR unknown command${lineEnd}`);
      }
    });
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null)
    throw new Error('The server does not listen on a port.');

  async function close(): Promise<void> {
    for (const stream of streams) stream.destroy();
    server.close();
    await once(server, 'close');
  }
  function hang(): void {
    hangs = true;
    for (const stream of streams) stream.pause();
  }
  function resume(): void {
    hangs = false;
    for (const stream of streams) stream.resume();
  }
  /** The channels that have listeners. */
  function listenedTo(): string[] {
    return [...subscribers].flatMap(([channel, { size }]) => (size > 0 ? channel : []));
  }
  return { port: address.port, close, hang, resume, listenedTo, hashes };
}

function map(entries: [string, string][]): string {
  const fields = entries.flatMap(([key, value]) => [bulk(key), bulk(value)]);
  return `%${entries.length}${lineEnd}${fields.join('')}`;
}

function bulk(text: string): string {
  return `$${Buffer.byteLength(text)}${lineEnd}${text}${lineEnd}`;
}

/** Reads an array of bulk strings, the form of every command. Undefined while it is incomplete. */
function readCommand(input: Buffer) {
  let end = 0;
  const number = () => {
    const stop = input.indexOf(lineEnd, end);
    if (stop === -1) return Number.NaN;
    const value = Number(input.toString('latin1', end + 1, stop));
    end = stop + 2;
    return value;
  };
  const words: Buffer[] = [];
  const count = number();
  if (Number.isNaN(count)) return undefined;
  while (words.length < count) {
    const size = number();
    if (Number.isNaN(size) || input.length < end + size + 2) return undefined;
    words.push(input.subarray(end, end + size));
    end += size + 2;
  }
  return { words, end };
}
