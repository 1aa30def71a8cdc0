import websocket from '@fastify/websocket';
import Fastify from 'fastify';
import { address, echoOf, rooms, tls } from './contender.js';

const app = tls ? Fastify({ https: tls }) : Fastify();
await app.register(websocket, { options: { perMessageDeflate: false } });

app.get('/live', { websocket: true }, (socket) => {
  socket.on('message', (message, isBinary) => socket.send(isBinary ? message : echoOf(message)));
});

app.get('/rooms/:room', { websocket: true }, (socket, { url }) => {
  const room = rooms.of(url);
  room?.add(socket);
  socket.on('close', () => room?.delete(socket));
  socket.on('message', (message, isBinary) => {
    for (const member of room ?? []) {
      member.send(message, { binary: isBinary });
    }
  });
});

await app.listen(address);
