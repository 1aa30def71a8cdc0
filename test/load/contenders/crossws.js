import crossws from 'crossws/adapters/node';
import { echoOf, listen } from './contender.js';

const { handleUpgrade } = crossws({
  serverOptions: { perMessageDeflate: false },
  hooks: {
    message(peer, message) {
      peer.send(echoOf(Buffer.from(message.uint8Array())));
    },
  },
});

listen().on('upgrade', handleUpgrade);
