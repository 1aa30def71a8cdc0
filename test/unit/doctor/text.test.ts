import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/doctor/judge.js';
import { nextOf } from '../../../src/doctor/next.js';
import { diagnosisReport } from '../../../src/doctor/report.js';
import { browserHandshake } from '../../../src/doctor/rules/browser-handshake.js';
import { stageResults } from '../../../src/doctor/stages.js';
import { diagnosisText } from '../../../src/doctor/text.js';
import { typedWords } from '../../../src/doctor/typed-again.js';
import type { Evidence, HttpAnswer } from '../../../src/doctor/evidence.js';
import type { StageName, Verdict } from '../../../src/doctor/verdict.js';
import { certificateFacts } from '../../support/certificate-facts.js';
import { pageEvidence } from '../../support/page-evidence.js';

const nginx = { server: 'nginx/1.22.1' };

function answerOf(status: number, body: string, headers: HttpAnswer['headers'] = {}): HttpAnswer {
  return { status, headers, body, accepted: false };
}

/** A handshake that got an answer, and maybe a plain request that got one. */
function answered(answer: HttpAnswer, more: Partial<Evidence> = {}): Evidence {
  const upgrade = { origin: 'https://app.example', end: 'open', bytes: '', answer } as const;
  return { ...pageEvidence({ url: 'ws://chat.example.com/live' }), upgrade, ...more };
}

function textOf(evidence: Evidence): string {
  const verdicts = judge(evidence);
  const stages = stageResults(evidence, verdicts);
  return diagnosisText({ url: evidence.target.url, verdicts, stages });
}

function found(evidence: Evidence): [string | undefined, string[] | undefined] {
  const [verdict] = judge(evidence);
  return [verdict?.code, verdict?.alternatives];
}

const verdict: Verdict = {
  code: 'a',
  stage: 'trust',
  severity: 'blocking',
  certainty: 'certain',
  clients: ['browser'],
  cause: 'A cause.',
  evidence: 'It was seen.',
  fix: 'Do it.',
  lines: [],
  commands: [],
  alternatives: [],
  others: [],
};

describe('a 404 that a proxy passed on', () => {
  const words = 'Not Found';
  const stripped = ['wrong-path', 'upgrade-ignored', 'proxy-unknown-host'];
  const atPath = ['upgrade-stripped', 'upgrade-ignored', 'proxy-unknown-host'];
  it.each<[string, string, HttpAnswer | undefined, string, string[]]>([
    ['the same as a plain request', 'nginx', answerOf(404, words), 'upgrade-stripped', stripped],
    [
      'alike but for a number',
      'nginx',
      answerOf(404, `${words} 17:04`),
      'upgrade-stripped',
      stripped,
    ],
    ['not compared', 'nginx', undefined, 'upgrade-stripped', stripped],
    ['unlike that of a plain request', 'nginx', answerOf(200, 'Welcome'), 'wrong-path', []],
    ['of a proxy that forwards upgrades', 'Caddy', answerOf(404, words), 'wrong-path', atPath],
    ['of no proxy', 'a server', answerOf(404, words), 'wrong-path', []],
  ])('is %s: %s', (_what, server, plainRequest, code, alternatives) => {
    const answer = answerOf(404, words, { server });
    const plain = plainRequest === undefined ? {} : { plainRequest };
    expect(found(answered(answer, plain))).toEqual([code, alternatives]);
  });
});

describe('a bare 401', () => {
  const body = 'Unauthorized';
  it.each<[string, HttpAnswer, boolean, string, RegExp]>([
    ['of ws', answerOf(401, body), false, 'origin-refused', /--origin https:\/\/YOUR-PAGE/],
    ['of ws, for a given origin', answerOf(401, body), true, 'origin-refused', /as you asked/],
    [
      'that asks for credentials',
      answerOf(401, body, { 'www-authenticate': 'Bearer' }),
      false,
      'unauthorized',
      /cookie/,
    ],
    [
      'that asks for user name and password',
      answerOf(401, body, { 'www-authenticate': 'Negotiate, basic realm="a, Bearer"' }),
      false,
      'unauthorized',
      /auth_basic off;/,
    ],
    ['of another server', answerOf(401, ''), false, 'unauthorized', /cookie/],
  ])('%s', (_what, answer, origin, code, fix) => {
    const seen = answered(answer);
    const asked = { idle: false, page: false, origin };
    const [first] = judge({ ...seen, surroundings: { ...seen.surroundings, asked } });
    expect([first?.code, first?.fix]).toEqual([code, expect.stringMatching(fix)]);
  });
});

describe('the ways to log in', () => {
  const seen = (headers: HttpAnswer['headers']) => judge(answered(answerOf(401, '', headers)))[0];

  it.each([
    ['Basic realm="x, Digest y"', 'Basic'],
    ['Digest realm="x", qop="auth, auth-int", nonce = "b", NTLM, Bearer', 'Digest, NTLM, Bearer'],
    ['Negotiate YWJj', 'Negotiate'],
  ])('are seen in %s', (value, names) => {
    const start = `HTTP status 401, WWW-Authenticate: ${names}, no body.`;
    expect(seen({ 'www-authenticate': value })?.evidence).toBe(start);
  });

  it('are of no use if the server refuses those of the URL', () => {
    const evidence = answered(answerOf(401, '', { 'www-authenticate': 'Basic' }));
    const target = { ...evidence.target, sending: { credentials: 'Basic eDp5' } };
    expect(judge({ ...evidence, target })[0]?.cause).toMatch(/refuses the user name/);
  });
});

describe('a header that pages cannot send', () => {
  it.each([
    [true, /^Nothing to do for the project's page: it passes a ticket/],
    [false, /^For browsers, pass the value in a cookie/],
  ])('in a project whose page takes tickets: %s', (tickets, fix) => {
    const seen = pageEvidence({ url: 'ws://localhost:3000/live' });
    const frames = { pong: true, pings: 0, messages: 0, end: 'open', invalid: false } as const;
    const upgrade = {
      origin: 'http://a',
      end: 'open',
      bytes: '',
      ...seen.upgrade,
      frames,
    } as const;
    const sending = { headers: [['Authorization', 'Bearer x']] as [string, string][] };
    const rule = browserHandshake.find(({ code }) => code === 'header-not-for-pages');
    const finding = rule?.upgrade?.({
      ...seen,
      upgrade,
      target: { ...seen.target, sending },
      browser: {
        upgrade: { origin: 'http://a', end: 'open', bytes: '', answer: answerOf(401, '') },
        parts: ['no-given-headers'],
      },
      project: { tickets } as never,
    });
    expect(finding?.fix).toMatch(fix);
  });
});

describe('a dropped handshake', () => {
  it.each([
    ['127.0.0.1', true, 0],
    ['localhost', true, 0],
    ['chat.example.com', true, 3],
    ['chat.example.com', false, 0],
  ])('at %s, with a certificate for it: %s, may be for another site', (host, covers, place) => {
    const facts = certificateFacts({ validFrom: -1, validTo: 1000 });
    const seen: Evidence = {
      ...pageEvidence({ url: `wss://${host}/live` }),
      tls: { end: 'secure', chain: [{ ...facts, covers }] },
      upgrade: { origin: 'https://app.example', end: 'closed', bytes: '' },
    };
    const dropped = judge(seen).find(({ code }) => code === 'handler-died');
    expect(dropped?.alternatives.indexOf('proxy-unknown-host')).toBe(place);
  });

  it('says how to ask for the site by its name', () => {
    const seen: Evidence = {
      ...pageEvidence({ url: 'ws://192.0.2.7:8080/live?a=b&c' }),
      address: '192.0.2.7',
      upgrade: { origin: 'https://app.example', end: 'closed', bytes: '' },
    };
    expect(textOf(seen)).toContain(
      "\n          $ create-fastify-wss doctor 'ws://NAME:8080/live?a=b&c' --address 192.0.2.7\n",
    );
  });
});

describe('a report as text', () => {
  it('says the state of a step in words, too: screen readers leave marks out', () => {
    const states = ['passed', 'warned', 'failed', 'not-reached', 'not-asked'] as const;
    const stages = states.map((state) => ({ stage: 'tls', state, seen: 'It was seen.' }) as const);
    const shown = diagnosisText({ url: 'wss://x/', stages, verdicts: [] });
    expect(shown.split('\n').slice(2)).toEqual([
      '  ✓ TLS          It was seen.',
      '  ! TLS          warning: It was seen.',
      '  ✗ TLS          failed: It was seen.',
      '  - TLS          not reached',
    ]);
  });

  it('has each directive on a line of its own, with the fix of each other cause', () => {
    const lines = textOf(answered(answerOf(404, 'Not Found', nginx))).split('\n');
    const directives = [
      'proxy_http_version 1.1;',
      'proxy_set_header Upgrade $http_upgrade;',
      'proxy_set_header Connection "upgrade";',
    ];
    const at = lines.indexOf(`${' '.repeat(10)}${directives[0]}`);
    expect(lines.slice(at - 1, at + 3).map((line) => line.trim())).toEqual([
      'Fix     In nginx, add to the location:',
      ...directives,
    ]);
    expect(lines).toContain(`${' '.repeat(10)}location /chat/ { proxy_pass http://HOST:PORT/; }`);
    expect(lines.filter((line) => line.startsWith('  Or'))).toHaveLength(3);
  });

  it('says what system tools are', () => {
    const clients: Verdict['clients'] = ['browser', 'node', 'system'];
    const shown = diagnosisText({ url: 'x', stages: [], verdicts: [{ ...verdict, clients }] });
    expect(shown).toContain('Affects browsers, Node.js, system tools such as curl\n');
  });

  it('has a common fix once, below the cause that affects most clients', () => {
    const commands = [['npx', 'it', 'certs']];
    const verdicts: Verdict[] = [
      { ...verdict, cause: 'First.', fix: 'Get a name.', commands },
      { ...verdict, code: 'b', cause: 'Second.', browsers: ['Firefox'], fix: 'Do so.', commands },
      { ...verdict, code: 'c', cause: 'Third.', clients: ['browser', 'node', 'system'], commands },
      { ...verdict, code: 'd', cause: 'Fourth.', fix: 'Get a name.' },
      { ...verdict, code: 'e', severity: 'warning', cause: 'Fifth.', fix: 'Do more.', commands },
    ];
    const shown = diagnosisText({ url: 'wss://x/', stages: [], verdicts });
    expect(shown.split('\n').filter((line) => /^\S|Fix|Seen|\$/.test(line))).toEqual([
      'wss://x/',
      '✗ Third. [c]',
      '  Seen    It was seen.',
      '  Fix     Do it.',
      '          $ npx it certs',
      '✗ First. [a]',
      '  Fix     The same.',
      '✗ Second. [b]',
      '  Fix     The same.',
      '! Warning: Fifth. [e]',
      '  Fix     The same.',
      '✗ Fourth. [d]',
      '  Seen    It was seen.',
      '  Fix     Get a name.',
    ]);
  });

  it('keeps its JSON: the lines are part of the fix, and nothing is new', () => {
    const seen = answered(answerOf(404, 'Not Found', nginx));
    const next = [{ text: 'Then', command: ['x'] }];
    const report = diagnosisReport({ url: 'ws://x/', verdicts: judge(seen), stages: [], next });
    expect(Object.keys(report)).toEqual(['schemaVersion', 'ok', 'url', 'verdicts', 'stages']);
    expect(report.verdicts[0]).not.toHaveProperty('others');
    expect(report.verdicts[0]).not.toHaveProperty('lines');
    expect(report.verdicts[0]?.fix).toMatch(/location:\nproxy_http_version 1\.1;\nproxy_set/);
  });
});

describe('what to ask next', () => {
  const healthy = pageEvidence({ url: 'wss://chat.example.com/live' });
  const info: Verdict = { ...verdict, code: 'healthy', severity: 'info' };
  const url = new URL(healthy.target.url);
  const asked = { idle: false, page: false };

  const again =
    'create-fastify-wss doctor wss://chat.example.com/live --origin https://a --header X: y --protocol p';
  const idle = `If it drops later: ${again} --idle 75`;
  const page = `If only your page fails: ${again} --page https://YOUR-PAGE/`;

  it.each<[string, Partial<typeof asked>, Verdict[], number, string[]]>([
    ['works', {}, [info], 101, [idle, page]],
    ['was watched', { idle: true }, [info], 101, [page]],
    ['works for a page', { page: true }, [info], 101, [idle]],
    ['is blocked', {}, [verdict], 101, []],
    ['was not opened', {}, [info], 404, []],
  ])('about a socket that %s', (_what, more, verdicts, status, expected) => {
    const controls = {
      origin: 'https://a',
      header: [['X', 'y']],
      protocol: ['p'],
      timeout: 5,
      json: true,
    };
    const seen = pageEvidence({ url: url.href, status });
    const typed = typedWords({ url, controls: controls as never }, String);
    const surroundings = { ...seen.surroundings, typed, asked: { ...asked, ...more } };
    const next = nextOf({ ...seen, surroundings }, verdicts);
    expect(next.map(({ text, command }) => `${text}: ${command.join(' ')}`)).toEqual(expected);
  });
});

describe('the mark of a stage', () => {
  const trust = (trusts: boolean) =>
    ({
      stores: [{ client: 'browser', title: 'Chromium', trusts, fix: [] }],
    }) as unknown as NonNullable<Evidence['trust']>;
  const base: Evidence = {
    ...pageEvidence({ url: 'wss://localhost:3000/live' }),
    tls: { end: 'secure', chain: [] },
  };

  function lineOf(stage: StageName, evidence: Evidence, verdicts: Verdict[]) {
    const result = stageResults(evidence, verdicts).find((each) => each.stage === stage);
    return [result?.state, result?.seen];
  }

  it.each<[string, StageName, Evidence, Verdict[], unknown[]]>([
    ['trust', 'trust', { ...base, trust: trust(true) }, [], ['passed', 'trusted by Chromium']],
    [
      'no trust',
      'trust',
      { ...base, trust: trust(false) },
      [],
      ['failed', 'not trusted by Chromium'],
    ],
    ['an open port', 'address', base, [], ['passed', '127.0.0.1 open']],
    [
      'an open port that browsers block',
      'address',
      base,
      [{ ...verdict, stage: 'address', code: 'unsafe-port' }],
      ['failed', '127.0.0.1 open, but browsers block the port'],
    ],
  ])('agrees with its text: %s', (_what, stage, evidence, verdicts, expected) => {
    expect(lineOf(stage, evidence, verdicts)).toEqual(expected);
  });

  it('is neither good nor bad for what another program on the port answers', () => {
    const project = { proxied: false, files: [], listening: [{ state: 'accepts' }] } as never;
    const inUse: Verdict = { ...verdict, stage: 'address', code: 'port-in-use' };
    const seen = { ...base, project, trust: trust(false) };
    const later: StageName[] = ['tls', 'certificate', 'trust', 'upgrade', 'origin', 'frames'];
    expect(later.map((stage) => lineOf(stage, seen, [inUse]))).toEqual(
      later.map(() => ['not-reached', '']),
    );
  });
});
