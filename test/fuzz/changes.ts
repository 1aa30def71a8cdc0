import type { Random } from './random.js';
import { adding, having, valueOf, without, written, type Request } from './requests.js';

type Change = (random: Random, request: Request) => Request | Buffer;

/** A kind that sets a header to one of several values. */
export function values(name: string, ...list: string[]): Change {
  return (random, request) => having(request, name, random.pick(list));
}

export function lacking(...names: string[]): Change {
  return (_random, request) => names.reduce(without, request);
}

/** A kind that repeats a header, with one of several values or with its own. */
export function twice(name: string, ...list: string[]): Change {
  return (random, request) =>
    adding(request, [name, list.length === 0 ? valueOf(request, name) : random.pick(list)]);
}

export function path(...list: string[]): Change {
  return (random, request) => ({ ...request, path: random.pick(list) });
}

/** A kind that changes the text of the request where the headers start. */
export function spliced(...list: string[]): Change {
  return (random, request) => {
    const [line = '', ...rest] = written(request).toString('latin1').split('\r\n');
    return Buffer.from([line, random.pick(list), ...rest].join('\r\n'), 'latin1');
  };
}

/** Other letter case and order, which mean the same (RFC 9110, section 5.1 and 5.3). */
export function disguised(random: Random, request: Request): Request {
  const letters = random.pick([
    (name: string) => name.toLowerCase(),
    (name: string) => name.toUpperCase(),
    (name: string) => name,
  ]);
  const moved = request.headers.toSorted(() => random.int(0, 2) - 1);
  const changed = having({ ...request, headers: moved }, 'Upgrade', random.pick(upgrades));
  const odd = having(changed, 'Connection', random.pick(connections));
  return { ...odd, headers: odd.headers.map(([name, value]) => [letters(name), value]) };
}

const upgrades = ['websocket', 'WebSocket', 'WEBSOCKET', 'wEbSoCkEt'];
const connections = ['Upgrade', 'upgrade', 'keep-alive, Upgrade', 'UPGRADE', 'foo,upgrade ,bar'];

export function lookAlikes(origin: string): string[] {
  const name = origin.replace('https://', '');
  return [
    `${origin}.evil.example`,
    `${origin}/`,
    `${origin}:443`,
    `${origin}:8443`,
    `http://${name}`,
    `https://evil-${name}`,
    `https://sub.${name}`,
    `https://user@${name}`,
    `https://evil.example#${origin}`,
    origin.toUpperCase(),
    `${origin}, https://evil.example`,
    `${origin} https://evil.example`,
    `${origin}\t.evil`,
    `${origin}%00`,
    `${origin}.`,
    name,
  ];
}

export function longHeaders(random: Random, request: Request): Request {
  const many = random.chance(0.5);
  const count = many ? random.int(200, 400) : 1;
  const value = 'v'.repeat(many ? 200 : random.int(17_000, 100_000));
  const headers = Array.from({ length: count }, (_, index): [string, string] => [
    `X-${index}`,
    value,
  ]);
  return adding(request, ...headers);
}

// Fragments, dots and encoded letters: the server may treat them as it likes.
export const oddPaths = (
  '/live? /live?token=x /live#x /%6cive /live/ //live /LIVE /./live /live%00 /live%2f /live;x ' +
  'http://127.0.0.1/live'
).split(' ');

export const base64 = (length: number) => Buffer.alloc(length, 'k').toString('base64');
export const shouted = 'x'.repeat(40_000);
