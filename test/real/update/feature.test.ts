import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runProgram, type Ended } from '../../support/cli.js';
import { answersOf } from '../../support/combinations.js';
import {
  commit,
  commitProject,
  git,
  linkPackages,
  trackedFiles,
  updateToNext,
  versions,
  write,
  type Versions,
} from '../../support/updating.js';

let all: Versions;

beforeAll(async () => {
  all = await versions();
});
afterAll(() => all.place.remove());

/** A chat with names and JSON messages, as somebody may add it in the first week. */
const files = {
  'src/metrics.ts': `/** What an operator wants to count. */
const counts = new Map<string, number>();

export function count(name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

export function metricsText(): string {
  return [...counts].map(([name, value]) => \`\${name} \${value}\\n\`).join('');
}
`,
  'src/routes/chat.ts': `import fp from 'fastify-plugin';
import { explainUpgrade, refuse } from '../lib/replies.js';
import { count, metricsText } from '../metrics.js';

interface Said {
  type: 'say';
  text: string;
}

function parse(message: Buffer): Said | undefined {
  try {
    const read: unknown = JSON.parse(message.toString());
    const isSaid =
      typeof read === 'object' && read !== null && 'type' in read && read.type === 'say';
    return isSaid && 'text' in read && typeof read.text === 'string'
      ? { type: 'say', text: read.text }
      : undefined;
  } catch {
    return undefined;
  }
}

/** A chat room with names. A name is needed to enter. */
export default fp(
  async (app) => {
    app.get('/metrics', async (_request, reply) => reply.type('text/plain').send(metricsText()));
    app.route<{ Querystring: { name?: string } }>({
      method: 'GET',
      url: '/chat',
      onRequest: async (request, reply) => {
        if (request.ws && request.query.name === undefined) {
          return refuse(reply, { statusCode: 401, reason: 'name', message: 'A name is needed.' });
        }
      },
      handler: explainUpgrade,
      wsHandler(socket, { query: { name = '' } }) {
        count('chat_opened');
        void app.rooms.join('chat', socket);
        socket.on('message', (raw: Buffer) => {
          const said = parse(raw);
          if (said === undefined) {
            socket.send(JSON.stringify({ type: 'error', text: 'This is no message.' }));
            return;
          }
          const text = said.text.slice(0, app.settings.MAX_CHAT_TEXT);
          app.rooms.publish('chat', { type: 'said', name, text }, { sender: socket });
        });
      },
    });
  },
  { name: 'chat', dependencies: ['rooms', 'origins', 'limits'], encapsulate: true },
);
`,
  'test/chat.test.ts': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, start } from './helper.js';

test('a named client is heard', async (t) => {
  const { connect } = await start(t);
  const socket = await connect('/chat?name=Ada');
  const answer = await ask(socket, JSON.stringify({ type: 'say', text: 'hello' }));
  const { data } = JSON.parse(String(answer));
  assert.deepEqual(data, { type: 'said', name: 'Ada', text: 'hello' });
});

test('a client without a name is refused', async (t) => {
  const { connect } = await start(t);
  await assert.rejects(connect('/chat'), /401/);
});

test('what is no message is answered with an error', async (t) => {
  const { connect } = await start(t);
  const answer = await ask(await connect('/chat?name=Ada'), 'hello');
  assert.equal(JSON.parse(String(answer)).type, 'error');
});
`,
};

/** Changes files of the project where a developer does. */
function edit(project: string, path: string, from: string, to: string): void {
  const before = readFileSync(join(project, path), 'utf8');
  expect(before).toContain(from);
  writeFileSync(
    join(project, path),
    before.replace(from, () => to),
  );
}

function addFeature(project: string): void {
  write(project, files);
  const limit = '  SHUTDOWN_MS: wholeNumber';
  edit(
    project,
    'src/settings.ts',
    limit,
    `  MAX_CHAT_TEXT: wholeNumber(500, 1, 10_000),\n${limit}`,
  );
  edit(
    project,
    '.env.example',
    '# How many sockets',
    '# The longest text in the chat.\nMAX_CHAT_TEXT=500\n\n# How many sockets',
  );
  edit(
    project,
    'src/app.ts',
    '  return app;\n}\n\nfunction',
    "  app.log.debug('Routes are loaded.');\n  return app;\n}\n\nfunction",
  );
  edit(
    project,
    'package.json',
    '"private": true',
    '"description": "Our chat.",\n  "private": true',
  );
  edit(project, 'README.md', '# chat\n', '# Our chat\n');
}

function run(project: string, ...command: string[]): Promise<Ended> {
  return runProgram(command, { cwd: project, env: all.place.env });
}

/** Checks the types, and runs the project's own tests, among them those of the feature. */
async function expectSound(project: string, ...tests: string[]): Promise<void> {
  expect(await run(project, 'node_modules/.bin/tsc')).toMatchObject({ code: 0, stdout: '' });
  const tested = await run(project, process.execPath, '--import', 'tsx', 'test/run.ts', ...tests);
  expect(tested, tested.stdout.slice(-3000)).toMatchObject({ code: 0 });
}

it('a feature of the owner survives an update, then Docker and Redis, without a conflict', async () => {
  const project = commitProject(all.place, join(all.place.folder, 'chat'), {
    answers: answersOf({ rooms: true }),
  });
  addFeature(project);
  commit(all.place, project);
  linkPackages(project);
  expect(await updateToNext(all, project)).toMatchObject({ code: 0, stderr: '' });
  await expectSound(project);
  commit(all.place, project);
  const more = await updateToNext(all, project, '--docker', '--redis');
  expect(more).toMatchObject({ code: 0, stderr: '' });
  await expectSound(project, 'test/chat.test.ts', 'test/settings.test.ts');
  const now = trackedFiles(all.place, project);
  expect(now['src/routes/chat.ts']).toContain("from '../lib/answers.js'");
  expect(now['package.json']).toMatch(/"description": "Our chat."[^]*"@redis\/client"/);
  expect(git(all.place, project, 'diff', '--name-only', '--diff-filter=U')).toBe('');
});
