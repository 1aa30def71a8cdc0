import type { Target } from '../evidence.js';
import type { HandshakePart, UpgradeEvidence } from '../upgrade-evidence.js';
import { isOpen } from '../rules/shared/upgrade.js';
import { largeHello, open, type Way } from './connect.js';
import type { Request } from './handshake.js';
import { askUpgrade } from './upgrade.js';
import { signsOf, wireOf, type Failure, type Wire } from './wire.js';

/** @returns host and port for the Host header: without the default port of the scheme */
export function authorityOf({ url }: Pick<Target, 'url'>): string {
  return new URL(url).host;
}

/** @param parts what the handshake has of a browser's */
export function requestOf(
  target: Target,
  origin: string | undefined,
  parts: HandshakePart[] = [],
): Request {
  const { path, sending } = target;
  const request = { authority: authorityOf(target), path, origin, parts };
  return sending === undefined ? request : { ...request, sending };
}

/** An upgrade that was not requested, since there was no connection. */
function notRequested(origin: string | undefined, failure: Failure): UpgradeEvidence {
  return {
    origin,
    end: failure.code === 'TIMEOUT' ? 'timeout' : 'reset',
    bytes: '',
    ...signsOf(failure),
  };
}

export interface Asked {
  evidence: UpgradeEvidence;
  /** After a 101 it is open and must be closed. */
  wire?: Wire;
}

/** Opens a new connection with the scheme of the URL, and requests an upgrade on it. */
export async function sendRequest(way: Way, secure: boolean, request: Request): Promise<Asked> {
  const isLarge = request.parts?.includes('client-hello') === true;
  const opened = await open(way, secure, isLarge ? largeHello : undefined);
  if ('failure' in opened) {
    return { evidence: notRequested(request.origin, opened.failure) };
  }
  return askOn(wireOf(opened.socket, way.cancel), request, way.limit);
}

/** Requests an upgrade on an open connection. */
export async function askOn(wire: Wire, request: Request, limit: number): Promise<Asked> {
  const evidence = await askUpgrade(wire, request, limit);
  if (isOpen(evidence)) {
    return { evidence, wire };
  }
  wire.close();
  return { evidence };
}
