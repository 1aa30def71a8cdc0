import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** A DNS server on the loopback interface that returns the same IPv4 addresses for every name. */
export interface NameServer {
  port: number;
  close: () => void;
}

const answerFlags = 0x8180;
const typeA = 1;
const headerLength = 12;

/** @returns where the question of a query ends: after its name, type and class */
function endOfQuestion(query: Buffer): number {
  let at = headerLength;
  while ((query[at] ?? 0) !== 0) {
    at += (query[at] ?? 0) + 1;
  }
  return at + 5;
}

/**
 * One record that refers to the name of the question, with a TTL of one second (RFC 1035, 4.1.3).
 */
function record(address: string): Buffer {
  const head = Buffer.from([0xc0, headerLength, 0, typeA, 0, 1, 0, 0, 0, 1, 0, 4]);
  return Buffer.concat([head, Buffer.from(address.split('.').map(Number))]);
}

function answer(query: Buffer, addresses: string[]): Buffer {
  const end = endOfQuestion(query);
  const records = query.readUInt16BE(end - 4) === typeA ? addresses.map(record) : [];
  const header = Buffer.alloc(headerLength);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(answerFlags, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  return Buffer.concat([header, query.subarray(headerLength, end), ...records]);
}

/** Starts a DNS server like Docker's, which knows the addresses of a service's instances. */
export async function startNameServer(addresses: string[]): Promise<NameServer> {
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    socket.send(answer(query, addresses), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { port: socket.address().port, close: () => socket.close() };
}
