import { once } from 'node:events';
import type { WebSocket } from 'ws';
import type { ClientMessage, ServerMessage } from '../src/lib/room-protocol.js';
import { until, type Service } from './helper.js';

type Typed<Type extends ServerMessage['type']> = Extract<ServerMessage, { type: Type }>;

export type Member = Awaited<ReturnType<typeof connectMember>>;

/** Opens a socket for rooms, and keeps everything that it receives. */
export async function connectMember({ connect }: Pick<Service, 'connect'>) {
  const socket: WebSocket = await connect('/rooms');
  const received: ServerMessage[] = [];
  socket.on('message', (text) => received.push(JSON.parse(String(text))));

  const send = (message: ClientMessage) => socket.send(JSON.stringify(message));

  function all<Type extends ServerMessage['type']>(type: Type): Typed<Type>[] {
    return received.filter((message): message is Typed<Type> => message.type === type);
  }

  /** Waits for the message of this type with this number, from 1 on. */
  async function has<Type extends ServerMessage['type']>(
    type: Type,
    number = 1,
  ): Promise<Typed<Type>> {
    await until(() => all(type).length >= number);
    return all(type)[number - 1] as Typed<Type>;
  }

  /** Sends a message, and waits for the next answer of this type. */
  async function ask<Type extends ServerMessage['type']>(message: ClientMessage, type: Type) {
    const number = all(type).length + 1;
    send(message);
    return has(type, number);
  }

  return {
    socket,
    received,
    send,
    all,
    has,
    ask,
    data: () => all('message').map(({ data }) => data),
    join: (room: string) => ask({ type: 'join', room }, 'joined'),
    say: (room: string, data: unknown) => send({ type: 'publish', room, data }),
    async close() {
      socket.close();
      if (socket.readyState !== socket.CLOSED) await once(socket, 'close');
    },
  };
}

/** Opens a socket and joins a room. */
export async function enter(service: Pick<Service, 'connect'>, room: string): Promise<Member> {
  const member = await connectMember(service);
  await member.join(room);
  return member;
}
