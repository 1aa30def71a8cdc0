import { completeRecord } from '../../src/project/recorded.js';
import assert from 'node:assert/strict';
import { join, posix, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { Answers, OptionName } from '../../src/options/answers.js';
import { optionNamed, options } from '../../src/options/options.js';
import type { PlannedFile } from '../../src/project/plan/project.js';
import { blocksOf, interpolated, parseCode, parseFile, parseYaml } from '../support/parsers.js';
import { root } from '../support/cli.js';
import { containerOrigins, publicOrigins } from '../support/origins.js';
import { fileOf } from '../support/rendered.js';
import { meant, type Accepted } from './judge.js';
import type { Given } from './given.js';

// The templates are type-checked in their own folder, with their own options.
const { readSettings } = await import(join(root, 'templates/src/settings.ts'));

/** The given answers, flags before the file, without options that make no sense. */
export function expectAnswers({ flags, file }: Given, answers: Answers): void {
  for (const { name } of options) {
    const given = flags[name] ?? file[name];
    const isIncluded = options.some((row) => row.includes === name && answers[row.name] === true);
    if (isIncluded) {
      assert.equal(answers[name], true, name);
    } else if (given !== undefined && answers[name] !== undefined) {
      assert.deepEqual(answers[name], meant(name, given), name);
    }
    const when = Object.entries(optionNamed(name).when ?? {});
    const makesSense = when.every(([key, value]) =>
      Object.entries(answers).some(([other, known]) => other === key && known === value),
    );
    assert.ok(makesSense || answers[name] === undefined, `${name} makes no sense.`);
    assert.ok(
      given === undefined || !makesSense || answers[name] !== undefined,
      `${name} is lost.`,
    );
  }
}

/** Every file is inside the project, and only `.env` is private. */
export function expectPlaces(files: PlannedFile[]): void {
  for (const { path, mode, contents } of files) {
    assert.equal(posix.normalize(path), path);
    assert.ok(!/^(\.\.)?\/|^\.\.|\\/.test(path), path);
    assert.equal(mode, path === '.env' ? 0o600 : 0o644, path);
    assert.equal(Buffer.from(contents).toString(), contents, path);
  }
  assert.equal(new Set(files.map(({ path }) => path)).size, files.length);
}

/** Where the project looks for a PEM file, relative to its folder. */
function expectPath(
  name: OptionName,
  { answers, plan }: Accepted,
  written: string | undefined,
  standard: string,
): void {
  const answered = answers[name];
  if (typeof answered === 'string') {
    assert.equal(resolve(plan.directory, written ?? ''), resolve(answered), name);
  } else {
    assert.equal(written, standard, name);
  }
}

/** `.env` and `.env.example`, read by Node and checked by the service's own code. */
export function expectSettings(accepted: Accepted): void {
  const { answers, plan } = accepted;
  const proxied = answers.certSource === 'proxy';
  const env = parseEnv(fileOf(plan.files, '.env'));
  const settings = readSettings(env);
  assert.deepEqual(settings.DOMAINS, answers.origins);
  assert.equal(settings.HOST, answers.host);
  assert.equal(settings.PORT, answers.port);
  assert.equal(settings.HTTPS, answers.https && !proxied);
  assert.equal(settings.TRUST_PROXY.length, proxied ? 1 : 0);
  expectPath('keyFile', accepted, env['PRIV_KEY'], 'certs/key.pem');
  expectPath('certFile', accepted, env['CERT_KEY'], 'certs/cert.pem');
  expectPath('caFile', accepted, env['CA_CERT'], '');
  // Only .env contains the secret for development, which differs from run to run.
  assert.match(env['AUTH_SECRETS'] ?? '', answers.auth ? /^[\w-]{43}$/ : /^$/);
  const secret = answers.auth ? { AUTH_SECRETS: '' } : {};
  const paths = { PRIV_KEY: 'certs/key.pem', CERT_KEY: 'certs/cert.pem', CA_CERT: '' };
  const standard = { ...paths, ...secret };
  assert.deepEqual(parseEnv(fileOf(plan.files, '.env.example')), { ...env, ...standard });
}

/** The format of Docker image names (documentation of `docker image tag`). */
const imageName = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$/;

export function expectManifest({ answers, plan }: Accepted): void {
  const { name, scripts } = JSON.parse(fileOf(plan.files, 'package.json'));
  assert.equal(name, plan.name);
  assert.match(name, imageName);
  assert.ok(name.length <= 214 && !['node_modules', 'favicon.ico'].includes(name), name);
  const words: string[] = scripts.certs.replaceAll('"', '').split(' ').slice(2);
  assert.deepEqual(words, answers.hosts ?? ['localhost', '127.0.0.1', '::1']);
  assert.deepEqual(/[$`\\;&|<>'!]/.exec(scripts.certs), null);
}

export function expectCompose({ answers, plan }: Accepted): void {
  if (!answers.docker) {
    return;
  }
  const { services } = JSON.parse(
    JSON.stringify(
      parseYaml({ path: 'compose.yaml', contents: fileOf(plan.files, 'compose.yaml') }),
    ),
  );
  const { app, proxy } = services;
  assert.equal(interpolated(app.environment.DOMAINS), containerOrigins(answers).join(','));
  assert.deepEqual(
    proxy?.ports ?? app.ports,
    answers.certSource === 'proxy' ? proxy.ports : [`${answers.port}:${answers.port}`],
  );
  assert.match(fileOf(plan.files, 'Dockerfile'), new RegExp(`^EXPOSE ${answers.port}$`, 'm'));
  const guide = fileOf(plan.files, 'DOCKER.md');
  if (answers.https && answers.certSource !== 'proxy') {
    assert.ok(guide.includes(`docker build -t ${plan.name} .\n`));
    assert.ok(guide.includes(`-p ${answers.port}:${answers.port} `));
    assert.ok(guide.includes(`-e 'DOMAINS=${plan.pageUrl}' ${plan.name}\n`));
  }
}

/** What people read and copy: the heading, the URLs, the code. */
export function expectGuide({ answers, plan }: Accepted): void {
  const guide = fileOf(plan.files, 'README.md');
  assert.equal(guide.split('\n')[0], `# ${plan.name}`);
  assert.ok(guide.includes(`<${plan.pageUrl}>`));
  assert.equal(new URL(plan.pageUrl).origin, plan.pageUrl);
  const code = blocksOf('js', guide).at(-1) ?? '';
  parseCode({ path: 'client.js', contents: code });
  assert.ok(code.includes(`'${plan.pageUrl.replace(/^http/, 'ws')}/live'`));
  assert.ok(code.includes(`origin: '${plan.pageUrl}'`));
  if (answers.certSource === 'proxy') {
    const site = fileOf(plan.files, 'proxy/README.md');
    assert.ok(site.includes(`DOMAINS=${publicOrigins(answers).join(',')}\``));
  }
}

/** The record contains all recorded answers, and recreates the same project. */
export function expectRecord({ answers, plan }: Accepted): void {
  const record = JSON.parse(fileOf(plan.files, '.create-fastify-wss.json'));
  const recorded = options.filter((row) => row.recorded && answers[row.name] !== undefined);
  const completed = completeRecord(record.answers, '.');
  assert.deepEqual(
    recorded.map(({ name }) => [name, completed[name]]),
    recorded.map(({ name }) => [name, answers[name]]),
  );
  assert.equal(record.name, plan.name);
}

/** All files of an accepted project agree with the answers. */
export function expectReadBack(accepted: Accepted): void {
  accepted.plan.files.forEach(parseFile);
  expectPlaces(accepted.plan.files);
  for (const expectation of [
    expectSettings,
    expectManifest,
    expectCompose,
    expectGuide,
    expectRecord,
  ]) {
    expectation(accepted);
  }
}
