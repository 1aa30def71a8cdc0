import { WebSocket } from 'ws';
import { audience, issuer, makeToken, secret } from '../../templates/test/tokens.js';
import { origin, type AppProcess } from './app-process.js';

/** The settings with which a service accepts these tokens. */
export const authEnv = {
  HTTPS: 'false',
  LOG_LEVEL: 'trace',
  AUTH_SECRETS: secret,
  AUTH_ISSUER: issuer,
  AUTH_AUDIENCE: audience,
  AUTH_TICKETS_PER_MINUTE: '1000',
  AUTH_CONNECTIONS_PER_USER: '1000',
};

/** Opens a socket. @returns 101, or the status of the refusal */
export function open(port: number, query = '', headers: Record<string, string> = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/live${query}`, { origin, headers });
  return new Promise<number>((resolve, reject) => {
    socket.once('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.once('unexpected-response', (_request, { statusCode = 0 }) => {
      socket.terminate();
      resolve(statusCode);
    });
    socket.on('error', reject);
  });
}

/** Takes a ticket as a page does. */
export async function ticketOf({ port }: Pick<AppProcess, 'port'>, path = '/live', from = origin) {
  const response = await fetch(`http://127.0.0.1:${port}/ticket`, {
    method: 'POST',
    headers: {
      origin: from,
      authorization: `Bearer ${makeToken()}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ path }),
  });
  const { ticket }: { ticket?: string } = JSON.parse(await response.text());
  if (ticket === undefined) {
    throw new Error(`POST /ticket was answered with ${response.status}.`);
  }
  return ticket;
}
