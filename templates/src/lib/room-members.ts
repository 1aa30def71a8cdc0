import type { GuardedSocket } from './guarded-socket.js';
import { RoomError } from './room-protocol.js';

interface Options {
  /** Rooms that a connection may join. */
  mostRooms: number;
  /** Members of a room on this instance. */
  mostMembers: number;
  /** Called after the members of a room changed. */
  onChange: (room: string, size: number) => void;
}

const none: ReadonlySet<GuardedSocket> = new Set();

/** Who is in which room. A socket that closes leaves all of its rooms. */
export class RoomMembers {
  readonly #options: Options;
  readonly #members = new Map<string, Set<GuardedSocket>>();
  readonly #rooms = new WeakMap<GuardedSocket, Set<string>>();
  /** The sum over all rooms. */
  total = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  get rooms(): ReadonlyMap<string, ReadonlySet<GuardedSocket>> {
    return this.#members;
  }

  of(room: string): ReadonlySet<GuardedSocket> {
    return this.#members.get(room) ?? none;
  }

  /** @throws {RoomError} over the limits */
  add(room: string, socket: GuardedSocket): void {
    const members = this.#members.get(room) ?? new Set();
    if (members.has(socket)) return;
    const { mostRooms, mostMembers, onChange } = this.#options;
    const rooms = this.#roomsOf(socket);
    if (rooms.size >= mostRooms)
      throw new RoomError('too-many-rooms', `A client may join ${mostRooms} rooms.`);
    if (members.size >= mostMembers)
      throw new RoomError('room-full', `The room has ${mostMembers} members.`);
    this.#members.set(room, members.add(socket));
    rooms.add(room);
    this.total += 1;
    onChange(room, members.size);
  }

  /** @returns whether the socket was a member */
  remove(room: string, socket: GuardedSocket): boolean {
    const members = this.#members.get(room);
    if (!members?.delete(socket)) return false;
    this.#rooms.get(socket)?.delete(room);
    this.total -= 1;
    if (members.size === 0) this.#members.delete(room);
    this.#options.onChange(room, members.size);
    return true;
  }

  #roomsOf(socket: GuardedSocket): Set<string> {
    const known = this.#rooms.get(socket);
    if (known) return known;
    const rooms = new Set<string>();
    this.#rooms.set(socket, rooms);
    socket.once('close', () => {
      for (const room of rooms) this.remove(room, socket);
    });
    return rooms;
  }
}
