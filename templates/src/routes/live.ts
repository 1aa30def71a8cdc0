import fp from 'fastify-plugin';
import { explainUpgrade } from '../lib/replies.js';

/** The WebSocket of this service. Replace the echo, here and in test/live.test.ts. */
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
