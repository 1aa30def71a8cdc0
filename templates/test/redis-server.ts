import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

const lineEnd = '\r\n';

/**
 * A minimal Redis for the tests, which can only publish and subscribe (Redis serialization protocol,
 * RESP3). `close` ends its connections, like a Redis that is killed. Between `hang` and `resume`, it
 * accepts connections but does not answer.
 */
export async function startRedis(port = 0) {
  const streams = new Set<Socket>();
  let hangs = false;
  const subscribers = new Map<string, Set<Socket>>();

  const commands: Record<string, (stream: Socket, args: Buffer[]) => string> = {
    HELLO: () => `%1${lineEnd}${bulk('proto')}:3${lineEnd}`,
    CLIENT: () => `+OK${lineEnd}`,
    PING: () => `+PONG${lineEnd}`,
    SUBSCRIBE(stream, [channel = Buffer.alloc(0)]) {
      const present = subscribers.get(channel.toString()) ?? new Set();
      subscribers.set(channel.toString(), present.add(stream));
      return `>3${lineEnd}${bulk('subscribe')}${bulk(channel.toString())}:1${lineEnd}`;
    },
    PUBLISH(_stream, [channel = Buffer.alloc(0), message = Buffer.alloc(0)]) {
      const listening = [...(subscribers.get(channel.toString()) ?? [])];
      for (const each of listening) {
        // Messages that are published together arrive together.
        each.cork();
        process.nextTick(() => each.uncork());
        each.write(`>3${lineEnd}${bulk('message')}${bulk(channel.toString())}`);
        each.write(`$${message.length}${lineEnd}`);
        each.write(message);
        each.write(lineEnd);
      }
      return `:${listening.length}${lineEnd}`;
    },
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
        const [name = '', ...args] = read.words;
        const answer = commands[name.toString().toUpperCase()];
        stream.write(answer?.(stream, args) ?? `-ERR unknown command${lineEnd}`);
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
  return { port: address.port, close, hang, resume };
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
