// @ts-check
import { openSocket } from './socket.js';

/**
 * @typedef {import('../src/lib/room-protocol.js').ClientMessage} ClientMessage
 * @typedef {import('../src/lib/room-protocol.js').ServerMessage} ServerMessage
 * @typedef {Extract<ServerMessage, { type: 'joined' | 'count' }>} Count
 * @typedef {Extract<ServerMessage, { type: 'error' }>} Refusal
 * @typedef {Parameters<typeof openSocket>[0]} SocketOptions
 */

/**
 * @typedef {object} RoomHandlers What to call for one room.
 * @property {(data: unknown, from?: string) => void} onMessage
 * @property {(count: Count) => void} [onCount] After joining, and after each `count()`.
 */

/**
 * @typedef {object} RoomEvents What to call for all rooms.
 * @property {() => void} [onGap] Messages may have been lost: load what matters again.
 * @property {(count: number) => void} [onMissed] This client read too slowly, and missed messages.
 * @property {(refusal: Refusal) => void} [onError]
 */

/**
 * Opens one socket for many rooms. It reconnects, and then joins its rooms again. Takes the options of
 * `openSocket`, except `onMessage`.
 *
 * @param {Omit<SocketOptions, 'onMessage'> & RoomEvents} [options]
 */
export function openRooms({ onGap, onMissed, onError, ...options } = {}) {
  /** @type {Map<string, RoomHandlers>} */
  const rooms = new Map();
  let wasOpen = false;
  const socket = openSocket({
    url: '/rooms',
    ...options,
    onMessage: (data) => typeof data === 'string' && receive(JSON.parse(data)),
    onState(state) {
      if (state.name === 'open') joinAgain();
      options.onState?.(state);
    },
  });

  function joinAgain() {
    for (const room of rooms.keys()) send({ type: 'join', room });
    // What was sent while this client was away is lost.
    if (wasOpen && rooms.size > 0) onGap?.();
    wasOpen = true;
  }

  /** @param {ClientMessage} message */
  function send(message) {
    return socket.send(JSON.stringify(message));
  }

  /** @param {ServerMessage} message */
  function receive(message) {
    if (message.type === 'message') rooms.get(message.room)?.onMessage(message.data, message.from);
    else if (message.type === 'joined' || message.type === 'count')
      rooms.get(message.room)?.onCount?.(message);
    else if (message.type === 'missed') onMissed?.(message.count);
    else if (message.type === 'gap') onGap?.();
    else if (message.type === 'error') onError?.(message);
  }

  return {
    /**
     * Joins a room as soon as the socket is open.
     *
     * @param {string} room
     * @param {RoomHandlers} handlers
     */
    join(room, handlers) {
      rooms.set(room, handlers);
      send({ type: 'join', room });
      return {
        /**
         * Sends JSON to the members of the room. Returns false if the socket is not open.
         *
         * @param {unknown} data
         * @param {'all' | 'others'} [to] `others`: not to this client itself
         */
        publish: (data, to = 'all') => send({ type: 'publish', room, data, to }),
        /** Asks for the number of members. The answer comes to `onCount`. */
        count: () => send({ type: 'count', room }),
        leave() {
          rooms.delete(room);
          send({ type: 'leave', room });
        },
      };
    },
    /** Closes the socket for good. */
    close: () => socket.close(),
  };
}
