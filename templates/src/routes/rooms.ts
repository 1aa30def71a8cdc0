import fp from 'fastify-plugin';
import { explainUpgrade } from '../lib/replies.js';

const params = {
  type: 'object',
  properties: { room: { type: 'string', pattern: '^[\\w-]{1,64}$' } },
};

/**
 * A WebSocket for each room: all members receive every message, also the sender. Any client that may
 * open a socket may join any room. If your rooms are private, check the user here.
 */
export default fp(
  async (app) => {
    app.route<{ Params: { room: string } }>({
      method: 'GET',
      url: '/rooms/:room',
      schema: { params },
      handler: explainUpgrade,
      wsHandler(socket, { params: { room } }) {
        app.rooms.join(room, socket);
        socket.on('message', (message: Buffer, isBinary) => {
          app.rooms.publish({ room, message, isBinary }, socket);
        });
      },
    });
  },
  { name: 'rooms-route', dependencies: ['rooms', 'origins', 'limits'], encapsulate: true },
);
