import { WebSocketServer } from 'ws';
import { echoOf, listen, rooms } from './contender.js';

const server = listen();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });

sockets.on('connection', (socket, { url = '' }) => {
  const room = rooms.of(url);
  if (room === undefined) {
    socket.on('message', (message, isBinary) => socket.send(isBinary ? message : echoOf(message)));
    return;
  }
  room.add(socket);
  socket.on('close', () => room.delete(socket));
  socket.on('message', (message, isBinary) => {
    for (const member of room) {
      member.send(message, { binary: isBinary });
    }
  });
});
