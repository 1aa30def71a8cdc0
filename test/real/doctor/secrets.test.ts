import { afterAll, beforeAll, expect, it } from 'vitest';
import { raw, refuse } from '../../scenarios/raw.js';
import { openScene, type Scene } from '../../scenarios/scene.js';
import { cli } from '../../support/cli.js';
import { describeWith } from '../../support/needs.js';

const place: { scene?: Scene; urls: Record<string, string> } = { urls: {} };

function html(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

const basic = Buffer.from('someone:opens3same').toString('base64');
const long = Buffer.from(
  'a token that is longer than doctor shows of an answer. '.repeat(9),
).toString('base64url');

/** What is typed, and what no output may contain of it. */
const typed: [string[], string[]][] = [
  [
    ['--header', 'X-Key: s3cret-s3same'],
    ['s3cret', 's3same'],
  ],
  [['--header', 'X-Key: Zq7'], ['Zq7']],
  [['--header=X-Key: "a<b&c" d3e4f5'], ['a<b&c', 'a&lt;b', 'a%3C', 'd3e4f5']],
  [
    ['--header', 'X-Other: 1\nX-Key: s3cret-s3same'],
    ['s3cret', 's3same'],
  ],
  [['--header', `Authorization: Bearer ${long}`], [long.slice(0, 24)]],
  [
    ['--header', `Authorization: Basic ${basic}`],
    [basic, 'opens3same', 'someone'],
  ],
  [
    ['--cookie', 'sid=s3cret-s3same; t=Zq7'],
    ['s3cret', 's3same', 'Zq7'],
  ],
  [
    ['--cookie', 'a=1', '--cookie=sid="s3cret%20s3same"'],
    ['s3cret', 's3same'],
  ],
];

/** Wrong command lines: each has a secret that is typed where none is expected, or mistyped. */
const mistaken: string[][] = [
  ['--headr', 'X-Key: s3cret'],
  ['--headr=X-Key: s3cret'],
  ['-H', 'X-Key: s3cret'],
  ['X-Key: s3cret'],
  ['--header', 'X-Key : s3cret'],
  ['--header', 's3cret'],
  ['--cookie', 's3cret'],
  ['--cookies', 'sid=s3cret'],
  ['--header', 'X-Key: s3cret', '--orign', 'https://app.test'],
  ['--header', 'X-Key: s3cret', '--ca-file', '/no/such/file'],
];

const forms = [['--verbose'], ['--json']];

async function outputs(words: string[]): Promise<string> {
  const { folder, env } = place.scene?.sandbox ?? { folder: '/', env: {} };
  const all = await Promise.all(
    forms.map((form) => cli(['doctor', ...words, ...form], { cwd: folder, env })),
  );
  return all.map(({ stdout, stderr }) => stdout + stderr).join('\n');
}

describeWith(['certutil'], 'doctor with secrets', () => {
  beforeAll(async () => {
    const scene = await openScene();
    place.scene = scene;
    const repeat = async (write: (text: string) => string, status: string): Promise<string> => {
      const { args } = await raw(scene, ({ headers }, socket) => {
        const names = ['x-key', 'authorization', 'cookie', 'x-other'];
        const text = names.map((name) => `${name} ${String(headers[name] ?? '')}`).join(' ');
        refuse(socket, status, write(text));
      });
      return String(args[0]);
    };
    place.urls = {
      text: await repeat((text) => text, '403 Forbidden'),
      JSON: await repeat((text) => JSON.stringify({ message: text }), '400 Bad Request'),
      HTML: await repeat((text) => `<h1>No</h1><p>${html(text)}</p>`, '503 Service Unavailable'),
    };
  });
  afterAll(async () => {
    await place.scene?.end();
    await place.scene?.sandbox.remove();
  });

  it.each(typed)('prints nothing of %j', async (words, secrets) => {
    for (const [name, url] of Object.entries(place.urls)) {
      const text = await outputs([url, ...words]);
      expect(text.length, name).toBeGreaterThan(300);
      for (const secret of secrets) {
        expect(text, name).not.toContain(secret);
      }
    }
  });

  it.each(mistaken.map((words) => [words]))('prints no secret in an error: %j', async (words) => {
    const text = await outputs(['ws://localhost:1/', ...words]);
    expect(text).not.toContain('s3cret');
  });
});
