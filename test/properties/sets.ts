import fc from 'fast-check';
import type { OptionName } from '../../src/options/answers.js';
import { optionNamed, options } from '../../src/options/options.js';
import { extraNames } from '../support/combinations.js';
import type { Given, Value, Values } from './given.js';
import * as hostile from './hostile.js';

/** Mostly typical values, so that many complete sets are accepted. */
function mostly(plausible: fc.Arbitrary<string>, odd: fc.Arbitrary<string>) {
  return fc.oneof({ weight: 5, arbitrary: plausible }, { weight: 1, arbitrary: odd });
}

const aPath = fc.oneof(hostile.plausiblePath, hostile.hostilePath);
const aHost = mostly(hostile.plausibleHost, hostile.hostileHost);

function listOf(entry: fc.Arbitrary<string>): fc.Arbitrary<string[]> {
  return fc.array(entry, { minLength: 1, maxLength: 3 });
}

function choiceOf(name: OptionName): fc.Arbitrary<string> {
  const values = optionNamed(name).choices?.map(({ value }) => value) ?? [];
  const odd = fc.constantFrom('', 'TS', ' npm', '__proto__', 'constructor', values.join(','));
  return fc.oneof(
    { weight: 60, arbitrary: fc.constantFrom(...values) },
    { weight: 1, arbitrary: odd },
  );
}

const byName: Partial<Record<OptionName, fc.Arbitrary<Value>>> = {
  directory: aPath,
  keyFile: aPath,
  certFile: aPath,
  caFile: aPath,
  hosts: listOf(
    mostly(fc.oneof(hostile.plausibleHost, fc.constant('*.app.test')), hostile.hostileHost),
  ),
  domain: mostly(
    fc.constantFrom('example.com', 'chat.example.com', 'xn--p1ai.test'),
    hostile.hostileHost,
  ),
  overlay: mostly(
    fc.constantFrom('./team', '../team#0123456789ab', '@team/overlay', 'overlay@^1.2.0'),
    hostile.hostilePath,
  ),
  port: mostly(hostile.plausiblePort, hostile.hostilePort),
  host: aHost,
  origins: listOf(mostly(hostile.plausibleOrigin, hostile.hostileOrigin)),
};

/** The most difficult values, option by option. */
const odd: Partial<Record<OptionName, fc.Arbitrary<Value>>> = {
  directory: hostile.hostilePath,
  keyFile: hostile.hostilePath,
  certFile: hostile.hostilePath,
  caFile: hostile.hostilePath,
  hosts: listOf(hostile.hostileHost),
  domain: hostile.hostileHost,
  port: hostile.hostilePort,
  host: hostile.hostileHost,
  origins: listOf(hostile.hostileOrigin),
};

function valueOf(name: OptionName): fc.Arbitrary<Value> {
  const { kind } = optionNamed(name);
  return kind === 'boolean' ? fc.boolean() : (byName[name] ?? choiceOf(name));
}

/** The way to wss://, or none, and the answers that matter for it. */
const ways: [Values, OptionName[]][] = [
  [{}, ['hosts', 'origins']],
  [{ certSource: 'files' }, ['keyFile', 'certFile', 'caFile']],
  [{ certSource: 'proxy', reverseProxy: 'caddy' }, ['domain', 'hosts']],
  [{ certSource: 'proxy', reverseProxy: 'nginx' }, ['domain', 'hosts']],
  [{ https: false }, ['origins']],
];

const always: OptionName[] = ['directory', 'language', 'port', 'host', 'origins', ...extraNames];
const rest: OptionName[] = options.map(({ name }) => name);

function valuesOf(names: OptionName[]): fc.Arbitrary<Values> {
  const entries = [...new Set(names)].map((name) => [
    name,
    fc.option(valueOf(name), { nil: undefined, freq: 2 }),
  ]);
  const some: fc.Arbitrary<Values> = fc.record(Object.fromEntries(entries));
  return some.map((values) =>
    Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)),
  );
}

function setOf([way, names]: [Values, OptionName[]]): fc.Arbitrary<Values> {
  const needed =
    way.certSource === 'files' ? fc.record({ keyFile: aPath, certFile: aPath }) : fc.constant({});
  // One set in twenty can contain anything: contradictions, and unusual answers.
  const stray = fc.oneof(
    { weight: 19, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: valuesOf(rest) },
  );
  return fc
    .tuple(valuesOf([...always, ...names]), needed, stray)
    .map((parts) => Object.assign({}, ...parts, way));
}

/** Where the answers of a set are given: a file can also contradict the flags. */
const places = ['flags', 'file', 'both', 'mixed'] as const;

interface Draw {
  first: Values;
  second: Values;
  place: (typeof places)[number];
  coins: boolean[];
}

function placed({ first, second, place, coins }: Draw): Given {
  const entries = Object.entries(first);
  const chosen = (side: boolean) =>
    Object.fromEntries(entries.filter((_entry, index) => coins[index % coins.length] === side));
  return {
    flags: { flags: first, file: {}, both: first, mixed: chosen(true) }[place],
    file: { flags: {}, file: first, both: second, mixed: chosen(false) }[place],
  };
}

const anySet: fc.Arbitrary<Given> = fc.constantFrom(...ways).chain((way) =>
  fc
    .record({
      first: setOf(way),
      second: setOf(way),
      place: fc.constantFrom(...places),
      coins: fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }),
    })
    .map(placed),
);

/** One unusual answer among plausible ones, so that no other answer is refused first. */
const oneOdd: fc.Arbitrary<Given> = fc.constantFrom(...ways).chain(([way, names]) =>
  fc
    .constantFrom(...[...names, ...always].filter((name) => odd[name] !== undefined))
    .chain((name) => (odd[name] ?? fc.constant('')).map((value) => [name, value] as const))
    .map(([name, value]) => {
      const files = way.certSource === 'files' ? { keyFile: 'key.pem', certFile: 'c.pem' } : {};
      return { flags: { ...files, ...way, [name]: value }, file: {} };
    }),
);

/** Sets of answers, given by flags, by a file, or by both. */
export const anyGiven: fc.Arbitrary<Given> = fc.oneof(anySet, oneOdd);
