import type { Target, UpgradeEvidence } from '../../plan/diagnosis/evidence.js';
import { isOpen } from '../../plan/diagnosis/signals.js';
import { open, type Way } from './connect.js';
import { askUpgrade, type Request } from './upgrade.js';
import { signsOf, wireOf, type Failure, type Wire } from './wire.js';

/** @returns host and port as the Host header has them: without a port that the scheme implies */
export function authorityOf({ url }: Pick<Target, 'url'>): string {
  return new URL(url).host;
}

export function requestOf(target: Target, origin: string | undefined): Request {
  return { authority: authorityOf(target), path: target.path, origin };
}

/** An upgrade that was not asked for, since there was no connection. */
function notAsked(origin: string | undefined, failure: Failure): UpgradeEvidence {
  return {
    origin,
    end: failure.code === 'TIMEOUT' ? 'timeout' : 'reset',
    bytes: '',
    ...signsOf(failure),
  };
}

export interface Asked {
  evidence: UpgradeEvidence;
  /** Behind a 101 it is open, and has to be left. */
  wire?: Wire;
}

/** Opens a new connection by the scheme of the URL, and asks for an upgrade on it. */
export async function dial(way: Way, secure: boolean, request: Request): Promise<Asked> {
  const opened = await open(way, secure);
  if ('failure' in opened) {
    return { evidence: notAsked(request.origin, opened.failure) };
  }
  return askOn(wireOf(opened.socket, way.cancel), request, way.limit);
}

/** Asks on a connection that is open. */
export async function askOn(wire: Wire, request: Request, limit: number): Promise<Asked> {
  const evidence = await askUpgrade(wire, request, limit);
  if (isOpen(evidence)) {
    return { evidence, wire };
  }
  wire.close();
  return { evidence };
}
