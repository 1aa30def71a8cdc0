import fp from 'fastify-plugin';
import { explainUpgrade } from '../lib/replies.js';

/** The socket of this service: replace the echo by what yours is for. */
export default fp(
  async (app) => {
    app.route({
      method: 'GET',
      url: '/live',
      handler: explainUpgrade,
      wsHandler(socket) {
        socket.on('message', (message, isBinary) => {
          socket.send(isBinary ? message : `Echo: ${message}`);
        });
      },
    });
  },
  // Without these plugins, the service does not start.
  { name: 'live', dependencies: ['origins', 'limits'], encapsulate: true },
);
