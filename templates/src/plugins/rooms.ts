import { setTimeout as wait } from 'node:timers/promises';
import fp from 'fastify-plugin';
import type { WebSocket } from 'ws';
import { DeliveryLimits } from '../lib/delivery-limits.js';
import { GuardedSocket } from '../lib/guarded-socket.js';
import { RoomMembers } from '../lib/room-members.js';
import { RoomError, type ServerMessage } from '../lib/room-protocol.js';
import type { RoomCount, RoomMessage, RoomRelay } from '../lib/room-relay.js';
import { SlowMembers, textOf } from '../lib/slow-members.js';

/** How long `join` waits for the other instances. Members of this one are reached at once. */
const openMs = 1000;

interface PublishOptions {
  /** A member that does not get the message. */
  except?: WebSocket;
  /** Each delivery counts against this socket, and its user is the `from` of the message. */
  sender?: WebSocket;
}

export interface Rooms {
  /**
   * Makes a socket receive the messages of a room until it leaves or closes. Resolves when messages
   * of other instances arrive (`shared`), or after a second without.
   *
   * @throws {RoomError} over the limits, or if the socket has closed
   */
  join: (room: string, socket: WebSocket) => Promise<RoomCount & { shared: boolean }>;
  /** @returns whether the socket was a member */
  leave: (room: string, socket: WebSocket) => boolean;
  /** The sockets of a room on this instance. */
  members: (room: string) => WebSocket[];
  /** Whether a socket is a member. */
  has: (room: string, socket: WebSocket) => boolean;
  /** The number of members on all instances. */
  count: (room: string) => Promise<RoomCount>;
  /**
   * Sends JSON to all members of a room, on all instances.
   *
   * @returns false if a limit forbids it, and the message is not delivered
   */
  publish: (room: string, data: unknown, options?: PublishOptions) => boolean;
  /** Sends a message to one socket, unless it reads too slowly. */
  send: (socket: WebSocket, message: ServerMessage) => void;
  /** Plain numbers, for metrics. */
  readonly counts: Record<RoomCounts, number>;
  /** Delivers a message of another instance to the members on this one. */
  receive: (room: string, message: RoomMessage) => void;
  /** Tells the members of these rooms that messages may have been lost. */
  reportGap: (rooms: Iterable<string>) => void;
  use: (relay: RoomRelay) => void;
}

/** Deliveries, messages over a limit, and what slow members missed, have grown since the start. */
type RoomCounts = 'rooms' | 'members' | 'deliveries' | 'refused' | 'slow' | 'dropped' | 'closed';

declare module 'fastify' {
  interface FastifyInstance {
    rooms: Rooms;
  }
}

/** Adds `app.rooms`. The rooms are in the memory of this process; a relay connects instances. */
export default fp(
  async (app) => {
    const { settings } = app;
    const members = new RoomMembers({
      mostRooms: settings.ROOM_MAX_PER_CONNECTION,
      mostMembers: settings.ROOM_MAX_MEMBERS,
      onChange(room, size) {
        if (size === 0) limits.forget(room);
        relay?.changed(room, size);
      },
    });
    const limits = new DeliveryLimits({
      perConnection: settings.ROOM_DELIVERIES_PER_CONNECTION,
      perRoom: settings.ROOM_DELIVERIES_PER_ROOM,
      perInstance: settings.ROOM_DELIVERIES_PER_INSTANCE,
    });
    const slow = new SlowMembers({
      close: settings.ROOM_SLOW_MEMBERS === 'close',
      mostMs: settings.ROOM_SLOW_SECONDS * 1000,
    });
    const sent = { deliveries: 0, refused: 0 };
    let relay: RoomRelay | undefined;

    function deliver(room: string, { data, from }: RoomMessage, except?: WebSocket): void {
      const text = textOf({ type: 'message', room, data, ...(from === undefined ? {} : { from }) });
      for (const member of members.of(room)) {
        if (member !== except && slow.send(member, text)) sent.deliveries += 1;
      }
    }

    /** Also an empty room costs something: parsing, and publishing to the other instances. */
    function isAllowed(room: string, sender?: GuardedSocket): boolean {
      const allowed = limits.charge(room, members.of(room).size + 1, sender);
      if (!allowed) sent.refused += 1;
      return allowed;
    }

    async function count(room: string): Promise<RoomCount> {
      const elsewhere = (await relay?.count(room)) ?? { members: 0, complete: true };
      return { ...elsewhere, members: members.of(room).size + elsewhere.members };
    }

    async function open(room: string): Promise<boolean> {
      if (!relay) return false;
      const opened = relay.open(room).then(() => true);
      return Promise.race([opened, wait(openMs, false, { ref: false })]);
    }

    app.decorate('rooms', {
      async join(room, socket) {
        // A socket that has already closed would never be removed.
        if (!(socket instanceof GuardedSocket) || socket.readyState !== socket.OPEN)
          throw new RoomError('invalid', 'The socket is closed.');
        members.add(room, socket);
        const shared = await open(room);
        return { ...(await count(room)), shared };
      },
      leave: (room, socket) => socket instanceof GuardedSocket && members.remove(room, socket),
      members: (room) => [...members.of(room)],
      has: (room, socket) => socket instanceof GuardedSocket && members.of(room).has(socket),
      count,
      publish(room, data, { except, sender } = {}) {
        const guarded = sender instanceof GuardedSocket ? sender : undefined;
        if (!isAllowed(room, guarded)) return false;
        const from = guarded?.userId;
        const message = from === undefined ? { data } : { data, from };
        deliver(room, message, except);
        relay?.publish(room, message);
        return true;
      },
      send(socket, message) {
        if (socket instanceof GuardedSocket) slow.send(socket, textOf(message));
      },
      receive(room, message) {
        if (members.of(room).size > 0 && isAllowed(room)) deliver(room, message);
      },
      reportGap(rooms) {
        const affected = new Set([...rooms].flatMap((room) => [...members.of(room)]));
        for (const member of affected) slow.send(member, textOf({ type: 'gap' }));
      },
      use(given) {
        relay = given;
      },
      get counts() {
        return { rooms: members.rooms.size, members: members.total, ...sent, ...slow.counts };
      },
    });
    app.addHook('onClose', async () => slow.stop());
  },
  { name: 'rooms', dependencies: ['websocket'] },
);
