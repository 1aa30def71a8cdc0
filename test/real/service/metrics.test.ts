import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Answers } from '../../../src/options/answers.js';
import { root, runProgram } from '../../support/cli.js';
import { echo } from '../../support/client.js';
import { answersOf } from '../../support/combinations.js';
import { renderInto } from '../../support/diagnosed.js';
import { exposedIn, namesIn } from '../../support/metrics.js';
import { describeWith } from '../../support/needs.js';
import { blocksOf } from '../../support/parsers.js';
import { fileOf, rendered } from '../../support/rendered.js';
import { freePort, start, type Running } from '../../support/running.js';
import { sandbox } from '../../support/sandbox.js';

const place = sandbox();
afterAll(() => place.remove());

const sets: Record<string, Partial<Answers>> = {
  metrics: {},
  'metrics and rooms': { rooms: true },
  'metrics and Redis': { redis: true },
};

/** In JSON, the members of an enum are their values. */
const plain = [
  "import type { Dashboard } from '@grafana/schema';",
  'type Plain<T> = T extends string',
  '  ? `${T}`',
  '  : T extends object ? { [Key in keyof T]: Plain<T[Key]> } : T;',
];

interface Panel {
  title: string;
  targets?: { expr: string }[];
}

describe.each(Object.entries(sets))('a project with %s', (_, given) => {
  const files = rendered(answersOf({ ...given, metrics: true, language: 'js' }));
  const found: { running?: Running; scrape: string } = { scrape: '' };

  beforeAll(async () => {
    const folder = mkdtempSync(join(place.folder, 'app-'));
    const [port, metricsPort] = [await freePort(), await freePort()];
    renderInto(folder, answersOf({ ...given, metrics: true, language: 'js', port }));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const origin = 'https://app.test';
    const settings = { HTTPS: 'false', DOMAINS: origin, METRICS_PORT: String(metricsPort) };
    const env = { ...place.env, ...settings, REDIS_URL: '' };
    found.running = await start([process.execPath, 'src/server.js'], { cwd: folder, env, port });
    await echo(`ws://127.0.0.1:${port}/live`, 'hello', { origin });
    const answer = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
    found.scrape = await answer.text();
  });
  afterAll(() => found.running?.stop());

  it('serves what the documentation lists, and lists what it serves', () => {
    const document = fileOf(files, 'docs/metrics.md');
    const rows = [...document.matchAll(/^\| `(\w+?)(?:\{\S+\})?`[^|]*\|/gm)];
    const listed = rows.map(([, name = '']) => name).filter((name) => !name.startsWith('METRICS_'));
    const exposed = exposedIn(found.scrape);
    expect(exposed).toEqual(expect.arrayContaining(listed));
    const own = exposed.filter((name) => !/^(process|nodejs)_/.test(name));
    expect(listed).toEqual(expect.arrayContaining(own));
    expect(found.scrape).toContain('\nwebsocket_messages_total{direction="in"} 1\n');
  });

  it('has dashboards and alert rules about metrics that it serves', () => {
    const exposed = exposedIn(found.scrape);
    const dashboards = files.filter(({ path }) => /^monitoring\/.*dashboard\.json$/.test(path));
    const panels: Panel[] = dashboards.flatMap(({ contents }) => JSON.parse(contents).panels);
    const rules: { expr: string }[] = parse(fileOf(files, 'monitoring/alerts.yaml')).groups.flatMap(
      (group: { rules: unknown }) => group.rules,
    );
    const expressions = [
      ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
      ...rules.map(({ expr }) => expr),
    ];
    expect(expressions.length).toBeGreaterThan(15);
    const used = expressions.flatMap(namesIn);
    expect(used.filter((name) => !exposed.includes(name))).toEqual([]);
    expect(() => namesIn('sum(rate(a[1m])')).toThrow('syntax error');
  });

  it('has dashboards of Grafana’s type', { timeout: 120_000 }, async () => {
    const folder = mkdtempSync(join(root, 'node_modules/.dashboards-'));
    const dashboards = files.filter(({ path }) => /^monitoring\/.*\.json$/.test(path));
    for (const [index, { contents }] of dashboards.entries()) {
      const code = [...plain, `export const dashboard: Plain<Dashboard> = ${contents};`].join('\n');
      writeFileSync(join(folder, `dashboard-${index}.ts`), code);
    }
    const options =
      '--ignoreConfig --noEmit --strict --skipLibCheck --module nodenext --target es2023'.split(
        ' ',
      );
    const names = readdirSync(folder);
    expect(names).not.toEqual([]);
    const command = [join(root, 'node_modules/.bin/tsc'), ...options, ...names];
    const { code, stdout } = await runProgram(command, { cwd: folder, env: place.env });
    rmSync(folder, { recursive: true });
    expect(code, stdout).toBe(0);
  });

  describeWith(['promtool'], 'and Prometheus’ own tool', () => {
    it('accepts the metrics and the alert rules', async () => {
      const call = { cwd: place.folder, env: place.env };
      const metrics = await runProgram(['promtool', 'check', 'metrics'], {
        ...call,
        input: found.scrape,
      });
      expect(metrics).toMatchObject({ code: 0, stdout: '', stderr: '' });
      const path = join(place.folder, 'alerts.yaml');
      writeFileSync(path, fileOf(files, 'monitoring/alerts.yaml'));
      const rules = await runProgram(['promtool', 'check', 'rules', path], call);
      expect(rules.code, rules.stderr).toBe(0);
    });

    it('accepts the scrape configurations of the documentation', async () => {
      const docker = rendered(answersOf({ ...given, metrics: true, docker: true }));
      const blocks = blocksOf('yaml', fileOf(docker, 'docs/metrics.md'));
      expect(blocks).toHaveLength(2);
      for (const [index, block] of blocks.entries()) {
        const path = join(place.folder, `prometheus-${index}.yaml`);
        writeFileSync(path, block);
        const command = ['promtool', 'check', 'config', path];
        // oxlint-disable-next-line no-await-in-loop -- two short programs
        const { code, stderr } = await runProgram(command, { cwd: place.folder, env: place.env });
        expect(code, stderr).toBe(0);
      }
    });
  });
});
