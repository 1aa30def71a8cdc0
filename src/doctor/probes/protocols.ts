import type { Target, UpgradeEvidence } from '../evidence.js';
import type { Way } from './connect.js';
import { requestOf, sendRequest } from './send-request.js';

/** Subprotocols of widespread servers (IANA, WebSocket Subprotocol Name Registry, and their makers). */
const wellKnown = [
  'graphql-transport-ws',
  'graphql-ws',
  'mqtt',
  'mqttv3.1',
  'ocpp2.0.1',
  'ocpp1.6',
  'v12.stomp',
  'v11.stomp',
  'wamp.2.json',
  'xmpp',
  'sip',
  'soap',
  'amqp',
  'nats',
  'binary',
  'base64',
  'json',
  'chat',
  'actioncable-v1-json',
  'v4.channel.k8s.io',
  'janus-protocol',
  'jsonrpc',
];

/** Repeats a handshake that failed without a subprotocol, now with well-known subprotocols. */
export async function askWithProtocols(
  way: Way,
  target: Target,
): Promise<UpgradeEvidence | undefined> {
  if (target.sending?.protocols !== undefined) {
    return undefined;
  }
  const sending = { ...target.sending, protocols: wellKnown };
  const request = requestOf({ ...target, sending }, target.origin);
  const { evidence, wire } = await sendRequest(way, target.secure, request);
  wire?.close();
  return evidence;
}
