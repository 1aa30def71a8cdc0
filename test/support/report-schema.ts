import { errorCodes } from '../../src/core/errors.js';

const text = { type: 'string' };
const texts = { type: 'array', items: text };

function exactly(properties: Record<string, object>, optional: string[] = []): object {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required, additionalProperties: false };
}

const error = exactly({
  code: { enum: Object.keys(errorCodes) },
  stage: { enum: ['arguments', 'answers', 'plan', 'apply', 'steps'] },
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
