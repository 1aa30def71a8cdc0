import type { Target, UpgradeEvidence } from '../evidence.js';
import { isOpen } from '../rules/shared/upgrade.js';
import { open, type Way } from './connect.js';
import { askUpgrade, type Request } from './upgrade.js';
import { signsOf, wireOf, type Failure, type Wire } from './wire.js';

/** @returns host and port for the Host header: without the default port of the scheme */
export function authorityOf({ url }: Pick<Target, 'url'>): string {
  return new URL(url).host;
}

export function requestOf(target: Target, origin: string | undefined): Request {
  return { authority: authorityOf(target), path: target.path, origin };
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
  const opened = await open(way, secure);
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
