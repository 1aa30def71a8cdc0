import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { WebSocket } from 'ws';
import { explainUpgrade } from '../lib/replies.js';
import { clientMessages, RoomError, type ClientMessage } from '../lib/room-protocol.js';
import type { Rooms } from '../plugins/rooms.js';

/**
 * One socket for many rooms: see docs/rooms.md. Any client that may open a socket may join any room and
 * publish to it. If your rooms are private, check that here.
 */
export default fp(
  async (app) => {
    app.route({
      method: 'GET',
      url: '/rooms',
      handler: explainUpgrade,
      wsHandler(socket, request) {
        const parse = parser(request);
        socket.on('message', async (text: Buffer) => {
          const message = parse(text);
          try {
            if (message instanceof RoomError) throw message;
            await handle(app.rooms, socket, message);
          } catch (error) {
            if (!(error instanceof RoomError)) throw error;
            const { room, id } = message instanceof RoomError ? {} : message;
            const { code, message: why } = error;
            app.rooms.send(socket, { type: 'error', code, message: why, ...given({ room, id }) });
          }
        });
      },
    });
  },
  { name: 'rooms-route', dependencies: ['rooms', 'origins', 'limits'], encapsulate: true },
);

async function handle(rooms: Rooms, socket: WebSocket, message: ClientMessage): Promise<void> {
  const { type, room } = message;
  const answered = given({ id: message.id });
  if (type === 'join') {
    const joined = await rooms.join(room, socket);
    // It may have left while it waited.
    if (rooms.has(room, socket))
      rooms.send(socket, { type: 'joined', room, ...joined, ...answered });
  } else if (type === 'leave') {
    rooms.leave(room, socket);
    rooms.send(socket, { type: 'left', room, ...answered });
  } else if (type === 'count') {
    rooms.send(socket, { type, room, ...(await rooms.count(room)), ...answered });
  } else {
    if (!rooms.has(room, socket)) throw new RoomError('not-a-member', 'Join the room first.');
    const except = message.to === 'others' ? { except: socket } : {};
    if (!rooms.publish(room, message.data, { sender: socket, ...except }))
      throw new RoomError('too-much', 'Too many messages. The message was not delivered.');
  }
}

/** Checks messages with Fastify's own validator. */
function parser(request: FastifyRequest) {
  return (text: Buffer): ClientMessage | RoomError => {
    const message = parseJson(text);
    const type = typeof message === 'object' && message !== null && Reflect.get(message, 'type');
    const known = Object.entries(clientMessages).find(([name]) => name === type);
    if (!known) {
      const types = Object.keys(clientMessages).join(', ');
      return new RoomError('invalid', `Send JSON with one of these types: ${types}.`);
    }
    const isValid = request.compileValidationSchema(known[1]);
    if (isValid(message)) return message as ClientMessage;
    const [first] = isValid.errors ?? [];
    return new RoomError('invalid', `message${first?.instancePath} ${first?.message}.`);
  };
}

/** @returns undefined for anything but JSON */
function parseJson(text: Buffer): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}

/** Without the properties that are undefined. */
function given<Value extends object>(value: Value) {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined));
}
