import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quoteCommand } from '../../../src/core/quote.js';
import { doctorRows } from '../../../src/doctor/arguments.js';
import type { Evidence } from '../../../src/doctor/evidence.js';
import { judge } from '../../../src/doctor/judge.js';
import { doctorAgain } from '../../../src/doctor/rules/shared/doctor-again.js';
import { typedWords } from '../../../src/doctor/typed-again.js';
import { root } from '../../support/cli.js';
import { pageEvidence } from '../../support/page-evidence.js';

const url = 'wss://192.0.2.7:7302/live';
const secret = "it's $(secret)";
const controls = {
  origin: 'https://a.example',
  address: '192.0.2.9',
  caFile: 'root.pem',
  page: 'https://a.example/page',
  protocol: ['p', 'q'],
  header: [['X-Key', secret]] as [string, string][],
  cookie: `sid=${secret}`,
  idle: 80,
  timeout: 9,
  json: true,
  verbose: true,
};
const hide = (text: string): string => text.replaceAll(secret, '***');
const typed = typedWords({ url: new URL(url), controls }, hide);

function seenWith(more: Partial<Evidence>): Evidence {
  const evidence = pageEvidence({ url });
  return { ...evidence, surroundings: { ...evidence.surroundings, typed }, ...more };
}

const stores = (['browser', 'node', 'system'] as const).map((client) => ({
  client,
  title: client,
  trusts: false,
  fix: [],
}));
const trust = { signer: 'other', sent: 2, needed: 2, issuer: 'CN=CA' } as const;

/** Evidence for each command of doctor that a verdict prints, and what that command replaces. */
const commands: [string, Evidence, string[]][] = [
  [
    'private-ca',
    seenWith({
      tls: { end: 'secure', chain: [] },
      trust: { ...trust, complete: true, logged: false, above: [], stores },
    }),
    ['--ca-file'],
  ],
  [
    'handler-died',
    seenWith({
      address: '192.0.2.7',
      upgrade: { origin: 'https://a.example', end: 'closed', bytes: '' },
    }),
    ['--address'],
  ],
];

describe('a command of doctor in a fix', () => {
  it.each(commands)('of %s has every flag that was typed', (code, evidence, replaced) => {
    const verdict = judge(evidence).find((each) => each.code === code);
    const lines = [verdict, ...(verdict?.others ?? [])].flatMap((each) => each?.lines ?? []);
    const printed = lines.filter((line) => line.includes(' doctor '));
    const kept = typed.flags.filter(([flag]) => !replaced.includes(flag));
    expect(printed).toHaveLength(1);
    expect(kept.filter((flag) => !printed[0]?.includes(quoteCommand(flag)))).toEqual([]);
    expect(printed[0]).not.toMatch(/secret|--json|--verbose/);
  });

  it('comes from one place', () => {
    const folder = join(root, 'src/doctor');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const own = files.filter(
      (path) =>
        path.endsWith('.ts') &&
        /ownCommand, 'doctor'/.test(readFileSync(join(folder, path), 'utf8')),
    );
    expect(own).toEqual([join('rules', 'shared', 'doctor-again.ts')]);
  });
});

describe('what was typed', () => {
  it('has each flag of doctor but those for the output', () => {
    const flags = new Set(typed.flags.map(([flag]) => flag.replace('--ca-file', '--caFile')));
    const left = doctorRows.map(({ name }) => name).filter((name) => !flags.has(`--${name}`));
    expect(left).toEqual(['verbose', 'json', 'help', 'version']);
  });

  it('is replaced and added to', () => {
    const flags: [string, string][] = [
      ['--address', '127.0.0.1'],
      ['--idle', '75'],
    ];
    expect(
      doctorAgain(seenWith({}).surroundings, { url: 'wss://x/', flags }).slice(1).join(' '),
    ).toBe(
      'doctor wss://x/ --origin https://a.example --ca-file root.pem --page https://a.example/page --cookie sid=*** --timeout 9 --header X-Key: *** --protocol p --protocol q --address 127.0.0.1 --idle 75',
    );
  });
});
