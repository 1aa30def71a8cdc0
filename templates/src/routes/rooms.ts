import fp from 'fastify-plugin';
import { explainUpgrade } from '../lib/replies.js';

const params = {
  type: 'object',
  properties: { room: { type: 'string', pattern: '^[\\w-]{1,64}$' } },
};

/**
 * A socket for each room: what one member sends, all members get, the sender too. Whoever may open
 * a socket may join any room; ask here who is calling if yours are not for everyone.
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
