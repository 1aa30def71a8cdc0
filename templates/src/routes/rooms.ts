import type { FastifyInstance } from 'fastify';
import { explainUpgrade } from '../handshake.js';
import { onMessage } from '../messages.js';

const params = {
  type: 'object',
  properties: { room: { type: 'string', pattern: '^[\\w-]{1,64}$' } },
};

/**
 * A socket for each room: what one member sends, all members get, the sender too. Whoever may open
 * a socket may join any room; ask here who is calling if yours are not for everyone.
 */
export async function rooms(app: FastifyInstance): Promise<void> {
  app.route<{ Params: { room: string } }>({
    method: 'GET',
    url: '/rooms/:room',
    schema: { params },
    handler: explainUpgrade,
    wsHandler(socket, request) {
      const { room } = request.params;
      app.rooms.join(room, { socket, request });
      onMessage({ socket, request }, (message, isBinary) => {
        app.rooms.publish({ room, message, isBinary });
      });
    },
  });
}
