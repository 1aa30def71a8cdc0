import { Server } from 'socket.io';
import { echoOf, listen } from './contender.js';

const io = new Server(listen(), { transports: ['websocket'] });

io.on('connection', (socket) => {
  socket.on('message', (message) => socket.emit('message', echoOf(message)));
});
