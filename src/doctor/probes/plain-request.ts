import type { Target } from '../evidence.js';
import type { HttpAnswer } from '../upgrade-evidence.js';
import { open, type Way } from './connect.js';
import { parseAnswer } from './http.js';
import { authorityOf } from './send-request.js';
import { wireOf } from './wire.js';

/** Requests the URL of the socket without an upgrade. @returns undefined if there is no HTTP answer */
export async function askPlainly(way: Way, target: Target): Promise<HttpAnswer | undefined> {
  const opened = await open(way, target.secure);
  if ('failure' in opened) {
    return undefined;
  }
  const wire = wireOf(opened.socket, way.cancel);
  const lines = [
    `GET ${target.path} HTTP/1.1`,
    `Host: ${authorityOf(target)}`,
    'Accept: */*',
    'User-Agent: create-fastify-wss doctor',
  ];
  wire.write(`${lines.join('\r\n')}\r\n\r\n`);
  const { bytes } = await wire.read((some) => parseAnswer(some)?.whole === true, way.limit);
  wire.close();
  const answer = parseAnswer(bytes);
  return (
    answer && {
      status: answer.status,
      headers: answer.headers,
      body: answer.body,
      accepted: false,
    }
  );
}
