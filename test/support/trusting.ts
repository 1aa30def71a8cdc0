import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { once } from 'node:events';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';
import { openBrowser } from './browser.js';
import { runProgram, type Ended } from './cli.js';
import { nodeFolder } from './nodes.js';
import type { Environment, Sandbox } from './sandbox.js';

/** A server with the certificate of a rendered project. */
export interface Served {
  origin: string;
  stop: () => Promise<void>;
}

/** Serves https:// and wss:// with the certificate in a project's folder, on a free port. */
export async function serveWith(project: string): Promise<Served> {
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) =>
    readFileSync(join(project, 'certs', name)),
  );
  const server = createServer({ key, cert }, (_request, response) => response.end('served'));
  new WebSocketServer({ server }).on('connection', (socket) => socket.send('open'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { origin: `https://127.0.0.1:${port}`, stop };
}

/** Runs in a page. @returns `trusted` if it can open the WebSocket */
export function openingOf(url: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url);
    socket.addEventListener('message', () => resolve('trusted'));
    socket.addEventListener('close', () => resolve('closed'));
  });
}

/** @returns `trusted` if Chromium opens the page and the WebSocket, or else the error code */
export async function chromiumSays(
  sandbox: Sandbox,
  { origin }: Served,
  executablePath?: string,
): Promise<string> {
  const browser = await openBrowser(sandbox, [], executablePath);
  try {
    const page = await browser.newPage();
    await page.goto(origin);
    return await page.evaluate(openingOf, origin.replace('https', 'wss'));
  } catch (error) {
    return /net::(\w+)/.exec(String(error))?.[1] ?? String(error);
  } finally {
    await browser.close();
  }
}

function judged({ code, stdout, stderr }: Ended): string {
  return code === 0 && stdout === 'served' ? 'trusted' : `${code} ${stdout}${stderr}`.trim();
}

/** The curl command for the check, which prints nothing: the exit code is the result. */
export function curlCommand({ origin }: Served): string[] {
  return ['curl', '--silent', '--max-time', '10', origin];
}

/** The OpenSSL command for the check, with the options of curl. */
export function opensslCommand({ origin }: Served): string[] {
  const address = origin.replace('https://', '');
  const ask = 'openssl s_client -connect "$0" -verify_return_error </dev/null >/dev/null 2>&1';
  return ['sh', '-c', `${ask} || exit 60; printf served`, address];
}

/** The Node.js command for the check, which prints the error code. */
export function nodeCommand(major: number, { origin }: Served, flags: string[] = []): string[] {
  const script = `fetch('${origin}').then((answer) => answer.text())
    .then((text) => process.stdout.write(text), ({ cause }) => process.stdout.write(cause.code))`;
  return [join(nodeFolder(major), 'node'), ...flags, '-e', script];
}

/** @returns `trusted`, or the exit code and the output */
export async function clientSays(
  { folder, env }: Sandbox,
  command: string[],
  more: Environment = {},
): Promise<string> {
  return judged(await runProgram(command, { cwd: folder, env: { ...env, ...more } }));
}
