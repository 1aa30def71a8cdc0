import type { FastifyInstance } from 'fastify';
import { keepsUp, peerOf, type Peer } from './sending.js';
import type { Connection } from './sockets.js';

/** A message, and the room that it is for. */
export interface RoomMessage {
  room: string;
  message: Buffer;
  isBinary: boolean;
}

/** Carries messages to the other instances of the service. */
export interface Relay {
  publish: (message: RoomMessage) => void;
  /** Whether messages reach the other instances now. */
  connected: () => boolean;
}

export interface Rooms {
  /** Lets a connection hear what is published in a room, until it closes. */
  join: (room: string, connection: Connection) => void;
  /** Sends a message to everyone in the room. Who is not there now does not get it later. */
  publish: (message: RoomMessage) => void;
  /** Sends a message to those in the room who are connected to this instance. */
  deliver: (message: RoomMessage) => void;
  use: (relay: Relay) => void;
  connected: () => boolean;
}

declare module 'fastify' {
  interface FastifyInstance {
    rooms: Rooms;
  }
}

/** Makes `app.rooms`. They live in the memory of this process. */
export function openRooms(app: FastifyInstance): void {
  const members = new Map<string, Set<Peer>>();
  let relay: Relay | undefined;

  function join(room: string, connection: Connection): void {
    const present = members.get(room) ?? new Set();
    const peer = peerOf(connection);
    members.set(room, present.add(peer));
    peer.socket.on('close', () => {
      present.delete(peer);
      if (present.size === 0 && members.get(room) === present) members.delete(room);
    });
  }

  function deliver({ room, message, isBinary }: RoomMessage): void {
    for (const peer of members.get(room) ?? []) {
      if (keepsUp(peer)) peer.socket.send(message, { binary: isBinary });
    }
  }

  app.decorate('rooms', {
    join,
    deliver,
    publish(message) {
      deliver(message);
      relay?.publish(message);
    },
    use(given) {
      relay = given;
    },
    connected: () => relay?.connected() ?? true,
  });
}
