import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderApp, type App } from '../../support/app.js';
import { launch, type AppProcess } from '../../support/app-process.js';
import { handshake, marks, marksIn, requestsWithSecrets } from '../../support/secrets.js';
import { patience, until } from '../../support/until.js';

let app: App;
beforeAll(async () => {
  app = await renderApp();
});
afterAll(() => app.remove());

/** Sends bytes, and waits for an answer or the end of the connection. */
async function send({ port }: AppProcess, text: string, secure = false): Promise<void> {
  const how = { port, host: '127.0.0.1' };
  const socket: Socket = secure ? connectTls({ ...how, ca: app.cert }) : connectTcp(how);
  socket.setTimeout(patience, () => socket.destroy());
  try {
    await once(socket, secure ? 'secureConnect' : 'connect');
    const answered = new Promise((resolve) => {
      // A reset connection also counts as answered.
      socket.once('data', resolve).once('close', resolve).on('error', resolve);
    });
    socket.write(Buffer.from(text, 'latin1'));
    // After a handshake, the last frame is read a moment after the answer.
    await answered;
    await sleep(100);
  } finally {
    socket.destroy();
  }
}

/** Ends a service, so that its log is complete. */
async function logOf(service: AppProcess): Promise<string> {
  expect(await service.stop()).toBe(0);
  return service.output();
}

function isJson(line: string): boolean {
  try {
    return typeof JSON.parse(line) === 'object';
  } catch {
    return false;
  }
}

const wholeLines = (log: string): string[] => log.split('\n').filter((line) => line !== '');

describe('no secret of a client gets into the log', () => {
  it('the search finds marks in every form', () => {
    const [mark = ''] = marks;
    const bytes = Buffer.from(`x ${mark}`);
    const forms = [mark, JSON.stringify(bytes), bytes.toString('hex'), bytes.toString('base64')];
    expect(forms.map((form) => marksIn(`... ${form} ...`))).toEqual(forms.map(() => [mark]));
  });

  it.concurrent.each([
    { level: 'info', secure: false },
    { level: 'debug', secure: false },
    { level: 'trace', secure: false },
    { level: 'trace', secure: true },
  ])('at $level, over TLS: $secure', async ({ level, secure }) => {
    const env = { LOG_LEVEL: level, HTTPS: String(secure) };
    const service = await launch(app, { env });
    const found: Record<string, unknown> = {};
    for (const [name, text] of Object.entries(requestsWithSecrets)) {
      const from = service.output().length;
      await send(service, text, secure);
      const log = service.output().slice(from);
      const leaked = marksIn(log);
      if (leaked.length > 0) {
        found[name] = { leaked, log };
      }
    }
    const log = await logOf(service);
    expect(found).toEqual({});
    expect(marksIn(log)).toEqual([]);
    expect(wholeLines(log).filter((line) => !isJson(line))).toEqual([]);
    // An empty log would also contain no secret.
    expect(wholeLines(log).length).toBeGreaterThan(Object.keys(requestsWithSecrets).length / 2);
  });
});

// C0, DEL, C1, and characters that change the text direction. Header values are read as latin1, so
// the last arrive as the bytes of their UTF-8.
const characters = [
  '\x1b[31m',
  '\x07',
  '\x7f',
  '\x85',
  '\x9b31m',
  '\x9d0;title\x9c',
  ...['\u202e', '\u2066', '\u200f', '\u061c', '\u2028'].map((each) =>
    Buffer.from(each).toString('latin1'),
  ),
];

// oxlint-disable-next-line no-control-regex
const raw = /[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

describe('no control character gets into the log', () => {
  it.concurrent.each(['info', 'debug', 'trace'])('at %s', async (level) => {
    // A service that trusts a proxy uses the client's address from its header.
    const env = { LOG_LEVEL: level, HTTPS: 'false', TRUST_PROXY: '127.0.0.1' };
    const service = await launch(app, { env });
    for (const each of characters) {
      await send(service, handshake('/live', [`Origin: https://a${each}b.example`]));
      await send(service, handshake(`/live${each}`));
      await send(service, handshake('/live', [`X-Forwarded-For: 192.0.2.1${each}`]));
      await send(service, `GET /page${each} HTTP/1.1\r\nHost: a${each}\r\n\r\n`);
    }
    await send(service, `GET /${encodeURIComponent('\u202e\u009b')} HTTP/1.1\r\nHost: a\r\n\r\n`);
    await send(service, handshake('/live', ['Origin: https://a"},{"level":60,"msg":"b']));
    await until('the last refusal is in the log', () => service.output().includes('level\\":60'));
    const lines = wholeLines(await logOf(service));
    expect(lines.filter((line) => raw.test(line))).toEqual([]);
    expect(lines.filter((line) => !isJson(line))).toEqual([]);
    expect(lines.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
  });
});
