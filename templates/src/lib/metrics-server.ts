import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import { ConfigError, codeOf, messageOf } from './errors.js';
import { pathOf } from './log.js';

/** A few Prometheus servers, and a person. */
const maxConnections = 20;

/** Creates a server that only answers `GET /metrics`. */
export function createMetricsServer(registry: Registry): Server {
  const limits = { headersTimeout: 5000, requestTimeout: 5000, connectionsCheckingInterval: 5000 };
  const server = createServer(limits, (request, response) => {
    respond(registry, request, response).catch((error: unknown) => {
      response.writeHead(500).end(messageOf(error));
    });
  });
  server.maxConnections = maxConnections;
  return server;
}

async function respond(
  registry: Registry,
  { method, url = '' }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (method !== 'GET' || pathOf(url) !== '/metrics') {
    response.writeHead(404).end('Only GET /metrics is answered.\n');
    return;
  }
  const text = await registry.metrics();
  response.writeHead(200, { 'content-type': registry.contentType }).end(text);
}

/**
 * Makes it listen.
 *
 * @returns the address: with port 0, the system chooses the port
 * @throws {ConfigError} when it cannot listen there.
 */
export async function listenAt(server: Server, host: string, port: number): Promise<AddressInfo> {
  try {
    await once(server.listen({ host, port }), 'listening');
  } catch (cause) {
    const reason = codeOf(cause) === 'EADDRINUSE' ? 'the port is in use' : messageOf(cause);
    const line = `Metrics cannot listen on METRICS_HOST ${host}, METRICS_PORT ${port}: ${reason}.`;
    throw new ConfigError([line], { cause });
  }
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('It has no port.');
  return address;
}
