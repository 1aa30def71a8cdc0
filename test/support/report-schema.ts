import { allBrowsers } from '../../src/core/browsers.js';
import { errorCodes } from '../../src/core/errors.js';
import { everyClient } from '../../src/doctor/client.js';
import { meanings } from '../../src/doctor/rules/rules.js';
import { stages } from '../../src/doctor/verdict.js';
import type { Schema } from '../surface/schema-items.js';

const text = { type: 'string' };
const texts = { type: 'array', items: text };
const flag = { type: 'boolean' };

function listOf(items: Schema): Schema {
  return { type: 'array', items };
}

function exactly(properties: Record<string, Schema>, optional: string[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required, additionalProperties: false };
}

const error = exactly({
  code: { enum: Object.keys(errorCodes) },
  stage: { enum: ['arguments', 'answers', 'plan', 'apply', 'steps', 'diagnosis'] },
  message: { type: 'string', minLength: 1 },
  fix: { type: 'string', minLength: 1 },
  details: texts,
});

const file = exactly({
  path: text,
  bytes: { type: 'integer', minimum: 0 },
  mode: { enum: ['0644', '0600', '0755'] },
  sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
});

const statuses = ['planned', 'done', 'already', 'skipped', 'failed', 'not-run'];
const step = exactly({ title: text, command: text, status: { enum: statuses }, advice: text }, [
  'advice',
]);

const trusted = exactly(
  {
    store: { enum: ['system', 'chromium', 'firefox', 'node', 'windows', 'host'] },
    title: text,
    state: { enum: ['trusted', 'not-trusted', 'not-present', 'unknown'] },
    path: text,
    note: text,
    fix: texts,
  },
  ['path', 'note'],
);

const run = {
  schemaVersion: { const: 1 },
  command: { const: 'create' },
  directory: text,
  answers: { type: 'object' },
  files: { type: 'array', items: file },
  steps: { type: 'array', items: step },
  trust: { type: 'array', items: trusted },
  next: texts,
  warnings: texts,
};

const certs = {
  schemaVersion: { const: 1 },
  command: { const: 'certs' },
  directory: text,
  certificate: exactly({
    keyFile: { const: 'certs/key.pem' },
    certFile: { const: 'certs/cert.pem' },
    hosts: texts,
    validTo: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z$' },
  }),
  steps: { type: 'array', items: step },
  trust: run.trust,
  next: texts,
  warnings: texts,
};

/** The form of every document of `--json`: a finished run, an unfinished one, or a refusal. */
export const reportSchema = {
  oneOf: [
    exactly({ ...run, ok: { const: true } }),
    exactly({ ...run, ok: { const: false }, error }),
    exactly({ ...certs, ok: { const: true } }, ['certificate']),
    exactly({ ...certs, ok: { const: false }, error }, ['certificate']),
    exactly({ schemaVersion: { const: 1 }, ok: { const: false }, error }),
  ],
};

const pair = listOf({ type: 'array', items: text });
const value = exactly({ path: texts, ours: {}, theirs: {}, reason: text }, ['ours', 'theirs']);
const key = exactly({ path: texts, base: {}, ours: {}, theirs: {} }, ['base', 'ours', 'theirs']);

const update = {
  schemaVersion: { const: 1 },
  command: { const: 'update' },
  state: { enum: ['current', 'available', 'planned', 'updated', 'conflicts', 'completed'] },
  directory: text,
  from: text,
  to: text,
  files: exactly({ moved: pair, added: texts, changed: texts, removed: texts }),
  conflicts: listOf(
    exactly({ path: text, kind: { enum: ['lines', 'json', 'whole'] }, keys: listOf(key) }),
  ),
  kept: listOf(
    exactly(
      {
        path: text,
        why: { enum: ['deleted', 'dropped', 'used', 'link', 'value'] },
        by: text,
        value,
      },
      ['by', 'value'],
    ),
  ),
  settings: listOf(exactly({ name: text, value: text, needed: flag })),
  unused: texts,
  notes: listOf(exactly({ path: text, advice: text })),
  undo: texts,
  next: texts,
};

const doctorCode = { enum: Object.keys(meanings) };

const verdict = exactly(
  {
    code: doctorCode,
    stage: { enum: stages },
    severity: { enum: ['blocking', 'warning', 'info'] },
    certainty: { enum: ['certain', 'likely'] },
    clients: listOf({ enum: everyClient }),
    browsers: listOf({ enum: allBrowsers }),
    cause: text,
    evidence: text,
    fix: text,
    commands: texts,
    alternatives: listOf(doctorCode),
  },
  ['browsers'],
);

const doctor = {
  schemaVersion: { const: 1 },
  url: text,
  verdicts: listOf(verdict),
  stages: listOf(
    exactly({
      stage: { enum: stages },
      state: { enum: ['passed', 'failed', 'warned', 'not-reached', 'not-asked'] },
      seen: text,
    }),
  ),
};

/** The document of each command: whole, or with an error in it if a later part failed. */
export const documents = {
  create: exactly({ ...run, ok: flag, error }, ['error']),
  certs: exactly({ ...certs, ok: flag, error }, ['certificate', 'error']),
  update: exactly({ ...update, ok: flag, error }, ['error']),
  doctor: exactly({ ...doctor, ok: flag }),
};
