import type { X509Certificate } from 'node:crypto';
import type { Target } from '../evidence.js';
import type { Asking, Following, Part } from './asking.js';
import { askAsBrowsers } from './browser-handshakes.js';
import { lookAtCertificates } from './certificates.js';
import { askHttp2 } from './http2.js';
import { hasLargeHello, offered, openSecure, smallHello, type Way } from './connect.js';
import { lookAtFrames } from './frames.js';
import { lookAtRefusal, lookForTls } from './look-at-refusal.js';
import { lookAtSocket } from './look-at-socket.js';
import { askOn, requestOf, sendRequest, type Asked } from './send-request.js';
import { askTls } from './tls.js';
import { judgeTrust } from './trust.js';
import { wireOf } from './wire.js';

/** All that is tried at the address that clients use. */
export async function lookAtAll(
  way: Way,
  { evidence, wire }: Asked,
  asking: Asking,
): Promise<Part> {
  return wire === undefined
    ? lookAtRefusal(way, evidence, asking)
    : lookAtSocket(way, { evidence, wire }, asking);
}

/** What is tried at another address: enough to see whether it is the same server. */
export async function lookBriefly(
  way: Way,
  { evidence, wire }: Asked,
  { target }: Asking,
): Promise<Part> {
  if (wire === undefined) {
    const tls = target.secure ? {} : await lookForTls(way, evidence);
    return { upgrade: evidence, ...tls };
  }
  return { upgrade: { ...evidence, frames: await lookAtFrames(wire, { limit: way.limit }) } };
}

/** Tries plain HTTP, and other kinds of ClientHello, on a port where the TLS handshake failed. */
async function lookAtFailedTls(way: Way, target: Target): Promise<Part> {
  const [plain, bare, small, { Chromium, Firefox }, http2] = await Promise.all([
    sendRequest(way, false, requestOf(target, target.origin)),
    askTls(way, []),
    hasLargeHello ? openSecure(way, offered, smallHello) : undefined,
    askAsBrowsers(way),
    askHttp2(way, target),
  ]);
  plain.wire?.close();
  bare.socket?.destroy();
  const isOpened = small !== undefined && 'socket' in small;
  if (isOpened) {
    small.socket.destroy();
  }
  return {
    otherScheme: { plain: plain.evidence },
    tlsWithoutAlpn: bare.evidence,
    handshakes: { Chromium: Chromium.evidence, Firefox: Firefox.evidence },
    ...(isOpened ? { smallHello: true } : {}),
    ...(http2 === undefined ? {} : { http2 }),
  };
}

export async function trustOf(chain: X509Certificate[], { judging }: Asking): Promise<Part> {
  const trust = await judgeTrust(chain, judging);
  return trust === undefined ? {} : { trust };
}

async function lookAtTls(way: Way, asking: Asking, follow: Following): Promise<Part> {
  const { target } = asking;
  const first = await askTls(way, offered);
  const { evidence: tls, socket } = first;
  if (socket === undefined) {
    return { tls, ...(await lookAtFailedTls(way, target)) };
  }
  const request = requestOf(target, target.origin);
  const asked = await askOn(wireOf(socket, way.cancel), request, way.limit);
  const [upgrade, certificates] = await Promise.all([
    follow(way, asked, asking),
    lookAtCertificates(way, first, asking.judging),
  ]);
  return { tls, ...upgrade, ...certificates };
}

async function lookAtPlain(way: Way, asking: Asking, follow: Following): Promise<Part> {
  const { target } = asking;
  return follow(way, await sendRequest(way, false, requestOf(target, target.origin)), asking);
}

export function lookAt(way: Way, asking: Asking, follow: Following): Promise<Part> {
  return asking.target.secure ? lookAtTls(way, asking, follow) : lookAtPlain(way, asking, follow);
}
