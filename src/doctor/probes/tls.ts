import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { TlsEvidence } from '../evidence.js';
import { factsOf } from '../../ca/certificate-facts.js';
import { openSecure, type Way } from './connect.js';
import type { Failure } from './wire.js';

/** The result of a handshake, with the session if it succeeded. */
export interface Handshake {
  evidence: TlsEvidence;
  socket?: TLSSocket;
  chain: X509Certificate[];
}

/** Codes of a connection that was open and then dropped. */
const dropped = ['ECONNRESET', 'EPIPE', 'ECONNABORTED'];

/** @returns how a handshake with this failure ended */
export function endOf({ code = '', alert }: Failure): TlsEvidence['end'] {
  if (code === 'TIMEOUT') {
    return 'timeout';
  }
  return alert === undefined && dropped.includes(code) ? 'reset' : 'failed';
}

/** Opens a TLS session without verification. Never throws for what a server does. */
export async function askTls(way: Way, alpn: string[]): Promise<Handshake> {
  const opened = await openSecure(way, alpn);
  const facts = opened.chain.map((certificate) => factsOf(certificate, way.host));
  if ('failure' in opened) {
    const { failure, chain } = opened;
    return { evidence: { ...failure, end: endOf(failure), chain: facts }, chain };
  }
  const { socket, chain } = opened;
  const evidence: TlsEvidence = {
    end: 'secure',
    protocol: socket.getProtocol() ?? 'unknown',
    cipher: socket.getCipher()?.name,
    ...(typeof socket.alpnProtocol === 'string' ? { alpn: socket.alpnProtocol } : {}),
    chain: facts,
  };
  return { evidence, socket, chain };
}
