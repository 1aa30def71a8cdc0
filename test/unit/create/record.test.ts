import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { UserError } from '../../../src/core/errors.js';
import { renderDocument } from '../../../src/project/document.js';
import { parseAnswersFile } from '../../../src/options/answers-file.js';
import { cli, root, runProgram } from '../../support/cli.js';
import { answersOf, combinations } from '../../support/combinations.js';
import { fileOf, rendered, templates } from '../../support/rendered.js';
import { sandbox } from '../../support/sandbox.js';

const recordPath = '.create-fastify-wss.json';

function recordOf(files: ReturnType<typeof rendered>) {
  return JSON.parse(fileOf(files, recordPath));
}

function render(document: object): ReturnType<typeof renderDocument> {
  return renderDocument(
    JSON.stringify({ render: 1, name: 'chat', ...document }),
    '1.2.3',
    templates,
  );
}

describe('the record of a project', () => {
  it.each(combinations)('renders it again, byte by byte: %s', async (_name, answers) => {
    const files = rendered(answers).filter(({ path }) => path !== '.env');
    const again = (await render({ answers: recordOf(files).answers })).files;
    expect(again.map(({ path, contents }) => [path, contents])).toEqual(
      files.map(({ path, contents }) => [path, contents]),
    );
    expect(new Set(again.map(({ mode }) => mode))).toEqual(new Set(['0644']));
  });

  it('leaves out what follows from other answers, so that it changes with them', async () => {
    const derived = recordOf(rendered(answersOf({})));
    expect(derived.answers).not.toHaveProperty('origins');
    const moved = (await render({ answers: { ...derived.answers, port: 4000 } })).files;
    expect(moved.find(({ path }) => path === '.env.example')?.contents).toContain(
      'DOMAINS=https://localhost:4000,',
    );
    const given = recordOf(rendered(answersOf({ origins: ['https://app.test'] })));
    expect(given.answers.origins).toEqual(['https://app.test']);
  });

  it('is an answers file', () => {
    const text = fileOf(rendered(answersOf({ redis: true, language: 'js' })), recordPath);
    expect(parseAnswersFile(recordPath, text)).toMatchObject({ redis: true, language: 'js' });
    expect(() => parseAnswersFile('a.json', '{ "version": "1" }')).toThrow('no option "version"');
  });
});

describe('a document to render', () => {
  it('says where the project lies', async () => {
    const { files } = await render({
      answers: { packageManager: 'pnpm', githubActions: true },
      workspace: 'packages/chat',
      repository: 'packages/chat',
    });
    expect(files.map(({ path }) => path)).not.toContain('pnpm-workspace.yaml');
    const workflow = files.find(({ path }) => path.endsWith('ci.yml'))?.contents;
    expect(workflow).toContain("working-directory: 'packages/chat'");
    expect(workflow).toContain('../../pnpm-lock.yaml');
  });

  it.each<[string, object]>([
    ['another version', { render: 2, answers: {} }],
    ['an unknown key', { answers: {}, more: 1 }],
    ['an unknown answer', { answers: { colour: 'red' } }],
    ['an answer of the wrong type', { answers: { port: '3000' } }],
    ['contradicting answers', { answers: { https: false, certSource: 'mkcert' } }],
    ['no answers', {}],
    ['a name that is a path', { name: '../chat', answers: {} }],
    ['a name of the wrong type', { name: 1, answers: {} }],
    ['an overlay that is missing', { answers: { overlay: '@team/overlay@1.0.0' } }],
    ['an overlay of the wrong type', { answers: {}, overlay: { files: [{}], removes: [] } }],
  ])('is refused: %s', async (_what, document) => {
    await expect(render(document)).rejects.toThrow(UserError);
  });
});

describe('dist/render.js', () => {
  const place = sandbox();
  afterAll(() => place.remove());
  const program = [process.execPath, join(root, 'dist/render.js')];

  it('needs nothing but its input, and renders what create writes', async () => {
    const words = ['app', '--yes', '--no-install', '--no-git', '--docker'];
    expect((await cli(words, { cwd: place.folder, env: place.env })).code).toBe(0);
    const record = JSON.parse(readFileSync(join(place.folder, 'app', recordPath), 'utf8'));
    const input = JSON.stringify({ render: 1, name: record.name, answers: record.answers });
    const { code, stdout, stderr } = await runProgram(program, { cwd: '/', env: {}, input });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { files }: { files: { path: string; contents: string }[] } = JSON.parse(stdout);
    const differing = files.filter(
      ({ path, contents }) => readFileSync(join(place.folder, 'app', path), 'utf8') !== contents,
    );
    expect(differing).toEqual([]);
    expect(files.length).toBeGreaterThan(50);
  });

  it('renders the overlay that is in its input', async () => {
    const overlay = {
      files: [{ path: 'TEAM.md', contents: '<!-- {{name}} -->\nfastify-wss-app\n' }],
      removes: ['src/routes/page.ts'],
    };
    const answers = { overlay: '../team#0123456789ab' };
    const input = JSON.stringify({ render: 1, name: 'chat', answers, overlay });
    const { code, stdout } = await runProgram(program, { cwd: '/', env: {}, input });
    expect(code).toBe(0);
    const { files }: { files: { path: string; contents: string }[] } = JSON.parse(stdout);
    const texts = new Map(files.map(({ path, contents }) => [path, contents]));
    expect(texts.get('TEAM.md')).toBe('chat\n');
    expect(texts.has('src/routes/page.ts')).toBe(false);
    expect(JSON.parse(texts.get(recordPath) ?? '').answers).toMatchObject(answers);
  });

  it.each(['', '[]', '{"render":1}'])(
    'answers with an error and exit code 1: %j',
    async (input) => {
      const { code, stdout, stderr } = await runProgram(program, { cwd: '/', env: {}, input });
      expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
      expect(JSON.parse(stdout)).toMatchObject({
        render: 1,
        error: { message: expect.any(String) },
      });
    },
  );
});
