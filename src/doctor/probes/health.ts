import type { Said } from '../project-evidence.js';
import { bracketed } from '../../core/hosts.js';
import { visible } from '../../core/printable.js';
import { open, type Way } from './connect.js';
import { mayBeHttp, parseAnswer, type Parsed } from './http.js';
import { wireOf } from './wire.js';

const shownBytes = 60;

function isWhole(bytes: Buffer): boolean {
  return parseAnswer(bytes)?.whole ?? !mayBeHttp(bytes);
}

/** Whether an answer is the one of a live service. */
function isHealthy({ status, body }: Parsed): boolean {
  return status === 200 && /^\{\s*"status":\s*"ok"\s*\}\s*$/.test(body);
}

/** Asks one port over one scheme; undefined without a connection or a TLS session. */
async function askIn(scheme: 'http' | 'https', way: Way): Promise<Said | undefined> {
  const opened = await open(way, scheme === 'https');
  if ('failure' in opened) {
    return undefined;
  }
  const wire = wireOf(opened.socket, way.cancel);
  wire.write(
    `GET /healthz HTTP/1.1\r\nHost: ${bracketed(way.host)}:${way.port}\r\nConnection: close\r\n\r\n`,
  );
  const { bytes } = await wire.read(isWhole, way.limit);
  wire.close();
  const answer = parseAnswer(bytes);
  return answer === undefined
    ? { healthy: false, bytes: visible(bytes.subarray(0, shownBytes).toString('latin1')) }
    : { scheme, status: answer.status, healthy: isHealthy(answer), bytes: '' };
}

/**
 * Asks a port whether it is the service: over the scheme of its settings, then over the other one if
 * that is not HTTP, since it may have been started with other settings.
 */
export async function askHealth(way: Way, secure: boolean): Promise<Said> {
  const [first, second] = secure ? (['https', 'http'] as const) : (['http', 'https'] as const);
  const said = await askIn(first, way);
  if (said?.scheme !== undefined) {
    return said;
  }
  const other = await askIn(second, way);
  return other?.scheme === undefined ? (said ?? other ?? { healthy: false, bytes: '' }) : other;
}
