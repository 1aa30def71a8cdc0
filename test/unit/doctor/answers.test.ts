import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/doctor/judge.js';
import { parseAnswer } from '../../../src/doctor/probes/http.js';
import { knownAnswer, knownAnswers } from '../../../src/doctor/rules/answers/judge-answer.js';
import { meanings } from '../../../src/doctor/rules/rules.js';
import type { Evidence, HttpAnswer } from '../../../src/doctor/evidence.js';
import { pageEvidence } from '../../support/page-evidence.js';
import { rawAnswers, type RawAnswer } from '../../support/raw-answers.js';

/** An answer as it is read from the wire. */
function read({ status, headers = {}, body = '' }: RawAnswer): HttpAnswer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const raw = [`HTTP/1.1 ${status}`, ...lines, '', body].join('\r\n');
  const parsed = parseAnswer(Buffer.from(raw));
  if (parsed === undefined) {
    throw new Error(`not HTTP: ${raw}`);
  }
  return { ...parsed, accepted: false };
}

function evidenceOf(raw: RawAnswer): Evidence {
  return {
    ...pageEvidence({ url: 'wss://chat.example.com/live' }),
    page: undefined as never,
    tls: { end: 'secure', chain: [] },
    upgrade: {
      origin: 'https://chat.example.com',
      end: 'open',
      bytes: '',
      answer: read(raw),
    },
  };
}

const titles = rawAnswers.map((raw) => [`${raw.from}: ${raw.status}`, raw] as const);

describe('the answer to a handshake', () => {
  it.each(titles)('of %s', (_title, raw) => {
    const blocking = judge(evidenceOf(raw)).filter(({ severity }) => severity === 'blocking');
    const [verdict] = blocking;
    expect(blocking.map(({ code }) => code)).toEqual([raw.code]);
    expect(verdict?.alternatives).toEqual(raw.or ?? []);
    expect([verdict?.fix, ...(verdict?.lines ?? [])].join('\n')).toMatch(raw.fix ?? /./);
    expect(verdict?.others.filter(({ fix }) => fix === '')).toEqual([]);
    expect(`${verdict?.cause} ${verdict?.fix}`).not.toMatch(/\{host\}|\{path\}|undefined/);
  });

  it('has an example for every row, and rows only for codes of doctor', () => {
    const used = new Set(rawAnswers.map((raw) => knownAnswer(read(raw))));
    const unused = knownAnswers.filter((row) => !used.has(row));
    expect(unused.map(({ match, source }) => [source, match.phrase ?? match])).toEqual([]);
    const codes = knownAnswers.flatMap(({ code, alternatives = [] }) => alternatives.concat(code));
    expect(codes.filter((code) => !(code in meanings))).toEqual([]);
  });
});
