import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from '../../../src/command/parse.js';
import { readArguments } from '../../../src/doctor/arguments.js';
import { doctor } from '../../../src/doctor/command.js';
import type {
  Evidence,
  FramesEvidence,
  TlsEvidence,
  UpgradeEvidence,
} from '../../../src/doctor/evidence.js';
import { browserParts } from '../../../src/doctor/probes/handshake.js';
import { judge } from '../../../src/doctor/judge.js';
import { meanings } from '../../../src/doctor/rules/rules.js';
import { renewServed } from '../../../src/doctor/rules/shared/certificate-fix.js';
import { isAlive, isOpen } from '../../../src/doctor/rules/shared/upgrade.js';
import { diagnosisText } from '../../../src/doctor/text.js';
import { stageResults } from '../../../src/doctor/stages.js';
import type { BrowserEvidence } from '../../../src/doctor/upgrade-evidence.js';
import type { TrustEvidence } from '../../../src/doctor/trust-evidence.js';
import type { ProjectEvidence } from '../../../src/doctor/project-evidence.js';
import { certificateFacts } from '../../support/certificate-facts.js';
import { groups } from '../../scenarios/all.js';
import type { Verdict } from '../../../src/doctor/verdict.js';

const now = Date.UTC(2026, 0, 1);
const dayMs = 24 * 60 * 60 * 1000;

const certificate = certificateFacts({ validFrom: now - dayMs, validTo: now + dayMs });

const ends = fc.constantFrom('open', 'closed', 'reset', 'timeout', 'too-long');
const bytes = fc.constantFrom('', 'SSH-2.0', '\\u{15}\\u{3}\\u{3}', '-ERR');
const alerts = fc.constantFrom(40, 42, 47, 50, 70, 71, 80, 86, 112, 116, 120);

const quiet = { pong: fc.boolean(), pings: fc.nat(2), messages: fc.nat(2) };

/** An open socket that is closed, dropped, corrupted or kept open. */
const frames: fc.Arbitrary<FramesEvidence> = fc.oneof(
  fc.record({
    ...quiet,
    end: fc.constantFrom('open', 'closed', 'reset'),
    invalid: fc.constant(false),
  }),
  fc.record({ ...quiet, end: fc.constant('open'), invalid: fc.constant(true) }),
  fc.record({
    ...quiet,
    end: ends,
    invalid: fc.constant(false),
    close: fc.record({
      code: fc.constantFrom(1000, 1005, 1011, 4001),
      reason: fc.constantFrom('', 'app says no'),
    }),
  }),
);

const statuses = [
  101, 200, 204, 300, 301, 307, 400, 401, 403, 404, 405, 410, 418, 421, 426, 429,
].concat([500, 501, 502, 503, 504, 520]);
const answer = fc.record({
  status: fc.constantFrom(...statuses),
  headers: fc.constantFrom({}, { server: 'nginx/1.22.1' }, { server: 'Caddy' }, { via: '1.1 x' }),
  body: fc.constantFrom(
    '',
    'no',
    '{"seen":{"upgrade":null}}',
    'Welcome to nginx!',
    'Missing ALPN Protocol',
    'Not Found',
    'to an HTTPS server',
  ),
  accepted: fc.constant(false),
});
const origin = fc.constant('https://localhost:3000');
const nothing = fc.constant('');

/** Possible results of a handshake: an answer, bytes, or an end without either. */
const upgrade: fc.Arbitrary<UpgradeEvidence> = fc.oneof(
  fc.record({ answer, end: ends, origin, bytes: nothing }),
  fc.record({
    answer: fc.constant({ status: 101, headers: {}, body: '', accepted: true }),
    frames,
    end: fc.constant('open'),
    origin,
    bytes: nothing,
  }),
  fc.record({ bytes, end: fc.constantFrom('closed', 'reset', 'timeout', 'too-long'), origin }),
);

/** The alert of TLS 1.3 that arrives after the handshake. */
const lateAlert: fc.Arbitrary<UpgradeEvidence> = fc.record({
  bytes: nothing,
  alert: fc.constantFrom(40, 42, 48, 80, 116),
  end: fc.constant('reset'),
  origin,
});

const sslCodes = ['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_UNSUPPORTED_PROTOCOL', 'ERR_X'];
const chain = fc.boolean().map((isThere) => (isThere ? [certificate] : []));

const tls: fc.Arbitrary<TlsEvidence> = fc.oneof(
  fc.record({ end: fc.constantFrom('reset', 'closed', 'timeout'), chain }),
  fc.record(
    { end: fc.constant('failed'), code: fc.constantFrom(...sslCodes), alert: alerts, chain },
    { requiredKeys: ['end', 'code', 'chain'] },
  ),
);

const secureSession: TlsEvidence = { end: 'secure', protocol: 'TLSv1.3', chain: [certificate] };

function evidenceOf(secure: boolean, seen: Partial<Evidence>): Evidence {
  return {
    target: {
      url: `${secure ? 'wss' : 'ws'}://localhost:3000/live`,
      secure,
      host: 'localhost',
      port: 3000,
      path: '/live',
      origin: 'https://localhost:3000',
    },
    surroundings: {
      now,
      node: '20.19.0',
      verificationDisabled: false,
      proxyVariable: undefined,
      limit: 5000,
      ownCommand: ['npx', 'create-fastify-wss'],
      typed: { flags: [] },
      asked: { idle: false, page: false },
    },
    name: { addresses: [{ address: '127.0.0.1', family: 4 }] },
    reached: [{ address: '127.0.0.1', family: 4, named: true, result: 'open' }],
    otherOrigins: [],
    ...seen,
  };
}

/** Possible evidence of a port that accepts connections. */
const evidence: fc.Arbitrary<Evidence> = fc.oneof(
  fc
    .oneof(upgrade, lateAlert)
    .map((seen) => evidenceOf(true, { tls: secureSession, upgrade: seen })),
  fc
    .record({ plain: upgrade, tls })
    .map(({ plain, tls: failed }) => evidenceOf(true, { tls: failed, otherScheme: { plain } })),
  fc
    .record({ seen: upgrade, behind: fc.oneof(tls, fc.constant(secureSession)) })
    .map(({ seen, behind }) => evidenceOf(false, { upgrade: seen, otherScheme: { tls: behind } })),
);

/** A socket that stayed open. */
const openSocket: UpgradeEvidence = {
  answer: { status: 101, headers: {}, body: '', accepted: true },
  frames: { pong: true, pings: 0, messages: 0, end: 'open', invalid: false, watched: 1000 },
  end: 'open',
  origin: 'https://localhost:3000',
  bytes: '',
};

const parts = fc.subarray(browserParts);

/** A browser's handshake that opened no socket, or one that ended. */
const brokenBrowser: fc.Arbitrary<BrowserEvidence> = fc.record(
  {
    upgrade: upgrade.filter((seen) => !isAlive(seen)),
    parts,
    cookies: fc.record({ refused: fc.nat(), accepted: fc.nat(), given: fc.boolean() }),
    unsteady: fc.boolean(),
  },
  { requiredKeys: ['upgrade'] },
);

/** A running project whose own page may not open sockets. */
const project: ProjectEvidence = {
  directory: '/home/me/app',
  platform: 'linux',
  packageManager: 'npm',
  installed: true,
  ignoredLines: [],
  settings: {
    HTTPS: true,
    PRIV_KEY: 'certs/key.pem',
    CERT_KEY: 'certs/cert.pem',
    CA_CERT: '',
    DOMAINS: ['https://app.example'],
    HOST: 'localhost',
    PORT: 3000,
    TRUST_PROXY: [],
  },
  mistakes: [],
  fromEnvironment: [],
  domainsFromEnvironment: false,
  verificationDisabled: false,
  proxied: false,
  terminator: 'service',
  files: [],
  development: true,
  creatable: true,
  passphrase: false,
};

function causesOf(seen: Evidence): string[] {
  const blocking = judge(seen).filter(({ severity }) => severity === 'blocking');
  return blocking.map(({ code }) => code);
}

describe('the rules of a diagnosis', () => {
  it('are not suppressed by warnings', () => {
    fc.assert(
      fc.property(evidence, (seen) => {
        expect(causesOf({ ...seen, project })).toEqual(causesOf(seen));
      }),
    );
  });

  it('name one cause whenever no socket opened, in complete sentences', () => {
    fc.assert(
      fc.property(evidence, (seen) => {
        const verdicts = judge(seen);
        const blocks = verdicts.some(({ severity }) => severity === 'blocking');
        expect(blocks || isOpen(seen.upgrade), JSON.stringify(seen)).toBe(true);
        const causes = verdicts.filter(({ severity }) => severity === 'blocking');
        expect(causes.length, causes.map(({ code }) => code).join()).toBeLessThan(2);
        for (const { cause, evidence: shown, fix, clients } of verdicts) {
          expect(`${cause}|${shown}|${fix}`).not.toMatch(/undefined|\[object|NaN|\s\s/);
          expect(cause).toMatch(/^\S.*\.$/s);
          expect(clients.length).toBeGreaterThan(0);
        }
        const text = diagnosisText({ url: '', verdicts, stages: stageResults(seen, verdicts) });
        expect(text).toContain('Address');
      }),
      { numRuns: 5000 },
    );
  });

  it('never call a server healthy that refuses a browser without a known cause', () => {
    fc.assert(
      fc.property(brokenBrowser, fc.boolean(), (browser, secure) => {
        const tlsPart = secure ? { tls: secureSession } : {};
        const seen = evidenceOf(secure, { ...tlsPart, upgrade: openSocket, browser });
        const codes = judge(seen).map(({ code }) => code);
        const explained = ['headers-too-large', 'header-not-for-pages', 'connections-limited'];
        const isExplained = codes.some((code) => explained.includes(code));
        expect(isExplained || !codes.includes('healthy'), JSON.stringify(browser)).toBe(true);
        expect(isExplained || causesOf(seen).length === 1, codes.join()).toBe(true);
      }),
    );
  });

  it('call a server healthy that answers a browser', () => {
    const codes = judge(
      evidenceOf(false, { upgrade: openSocket, browser: { upgrade: openSocket } }),
    );
    expect(codes.map(({ code }) => code)).toEqual(['healthy']);
  });

  it('have a scenario for every code that reports it', () => {
    const told = new Set<string>(
      Object.values(groups)
        .flat()
        .flatMap((scenario) => scenario.codes),
    );
    const codes = Object.keys(meanings);
    expect([...told].filter((code) => !codes.includes(code))).toEqual([]);
    const untold = codes.filter((code) => !told.has(code));
    // The first needs a public name: see rules.test.ts. Whether a port needs privileges depends on the
    // user: see real/doctor/permissions.test.ts.
    expect(untold.toSorted()).toEqual(['port-forbidden', 'tls-only-name']);
  });
});

/** The answer of a service that refuses the origin. */
const refusal = {
  origin: 'https://app.example',
  end: 'open',
  bytes: '',
  answer: { status: 403, headers: {}, body: 'Origin not allowed', accepted: false },
} as const;

const failedHandshake: TlsEvidence = {
  end: 'failed',
  code: 'ERR_SSL_WRONG_VERSION_NUMBER',
  chain: [],
};
const plainAnswer = {
  origin: undefined,
  end: 'open',
  bytes: '',
  answer: { status: 200, headers: {}, body: '', accepted: false },
} as const;

describe('a service that runs with other settings than its .env has', () => {
  it.each<[string, string, Evidence]>([
    [
      'origins',
      'origin-refused',
      {
        ...evidenceOf(true, { tls: secureSession, upgrade: refusal }),
        target: { ...evidenceOf(true, {}).target, origin: 'https://app.example' },
      },
    ],
    [
      'no TLS',
      'tls-on-plain-port',
      evidenceOf(true, { tls: failedHandshake, otherScheme: { plain: plainAnswer } }),
    ],
    [
      'TLS',
      'plain-on-tls-port',
      evidenceOf(false, {
        upgrade: { origin: undefined, end: 'closed', bytes: '' },
        otherScheme: { tls: secureSession },
      }),
    ],
  ])('%s: it must be restarted', (_what, code, seen) => {
    const settings = { ...project.settings, HTTPS: seen.target.secure };
    const verdicts = judge({ ...seen, project: { ...project, settings } });
    const verdict = verdicts.find((each) => each.code === code && each.severity === 'blocking');
    expect(verdict?.fix).toBe(
      'The service runs with other settings than .env now has. Stop it, then start it again.',
    );
    expect(verdict?.commands).toEqual([['npm', 'run', 'dev']]);
  });
});

describe('a diagnosis as text', () => {
  it('has the answer before the warnings, those about browsers first, and warnings without details', () => {
    const verdict: Omit<Verdict, 'code' | 'severity' | 'clients' | 'cause'> = {
      stage: 'frames',
      certainty: 'certain',
      evidence: 'It was seen.',
      fix: 'Do it.',
      lines: [],
      commands: [],
      alternatives: [],
      others: [],
    };
    const text = diagnosisText({
      url: 'wss://x/',
      stages: [],
      verdicts: [
        {
          ...verdict,
          code: 'a',
          severity: 'warning',
          clients: ['node'],
          cause: 'First.',
          fix: 'Do one.',
        },
        {
          ...verdict,
          code: 'b',
          severity: 'warning',
          clients: ['browser'],
          cause: 'Second.',
          fix: 'Do two.',
        },
        { ...verdict, code: 'c', severity: 'info', clients: ['browser'], cause: 'It works.' },
      ],
    });
    expect(text.split('\n').filter((line) => line !== '')).toEqual([
      'wss://x/',
      '✓ It works. [c]',
      '  Seen    It was seen.',
      '! Warning: Second. [b]',
      '  Fix     Do two.',
      '! Warning: First. [a]',
      '  Fix     Do one.',
    ]);
  });
});

describe('the placeholder of a proxy', () => {
  const trust: TrustEvidence = {
    signer: 'self',
    sent: 1,
    needed: 1,
    above: [],
    issuer: '',
    complete: true,
    logged: false,
    stores: [{ client: 'browser', title: 'Chromium', trusts: false, fix: [] }],
  };

  it.each<[string, string[] | undefined, RegExp]>([
    [
      'O=Acme Co, CN=Kubernetes Ingress Controller Fake Certificate',
      ['ingress.local'],
      /secretName/,
    ],
    ['CN=TRAEFIK DEFAULT CERT', ['b7f8a1.traefik.default'], /certResolver/],
    ['CN=TRAEFIK DEFAULT CERT', undefined, /certResolver/],
    ['CN=NGINXIngressController', undefined, /secretName/],
    [
      'O=Nginx Proxy Manager, OU=Dummy Certificate, CN=localhost',
      undefined,
      /request a certificate/,
    ],
    ['O=Kong, OU=IT Department, CN=localhost', undefined, /SNI localhost/],
    ['CN=Plesk, O=Plesk', undefined, /panel/],
    ['CN=*.azurewebsites.net', ['*.azurewebsites.net'], /custom domains/],
    ['CN=*.herokuapp.com', ['*.herokuapp.com', 'herokuapp.com'], /custom domains/],
  ])('%s is the only verdict about the certificate', (subject, names, fix) => {
    const sent = [{ ...certificate, subject, names, covers: false }];
    const verdicts = judge(evidenceOf(true, { tls: { ...secureSession, chain: sent }, trust }));
    const found = verdicts.filter(({ stage }) => stage === 'certificate' || stage === 'trust');
    expect(found.map(({ code }) => code)).toEqual(['proxy-unknown-host']);
    expect(found[0]?.fix).toMatch(fix);
  });

  it.each([
    ['CN=leaf', ['localhost'], true],
    ['CN=chat.fly.dev', ['chat.fly.dev'], true],
    ['CN=other.example', ['other.example'], false],
  ])('is not %s', (subject, names, covers) => {
    const sent = [{ ...certificate, subject, names, covers }];
    const verdicts = judge(evidenceOf(true, { tls: { ...secureSession, chain: sent } }));
    expect(verdicts.map(({ code }) => code)).not.toContain('proxy-unknown-host');
  });
});

describe('another path of the project', () => {
  it.each([
    ['/ws', 'Use wss://localhost:3000/live'],
    ['/live', 'Check the path in the URL'],
  ])('than %s is in the fix: %s', (path, fix) => {
    const seen = evidenceOf(true, {
      tls: secureSession,
      project: {
        ...project,
        settings: { ...project.settings, DOMAINS: ['https://localhost:3000'] },
      },
      upgrade: {
        origin: undefined,
        end: 'open',
        bytes: '',
        answer: { status: 404, headers: {}, body: 'Route GET:/ws not found', accepted: false },
      },
    });
    const [verdict] = judge({ ...seen, target: { ...seen.target, path } });
    expect(verdict?.code).toBe('wrong-path');
    expect(verdict?.fix).toContain(fix);
  });
});

describe('a self-signed certificate of the user in a project', () => {
  it('is replaced by a pair that .env then names', () => {
    const settings = { ...project.settings, PRIV_KEY: 'own/key.pem', CERT_KEY: 'own/cert.pem' };
    const own: ProjectEvidence = { ...project, settings, development: false };
    const { fix, commands } = renewServed({ ...evidenceOf(true, {}), project: own }, 'Replace it.');
    expect(fix).toContain('set PRIV_KEY=certs/key.pem and CERT_KEY=certs/cert.pem in .env');
    expect(commands).toHaveLength(1);
  });
});

describe('a new development certificate', () => {
  it.each([
    ['localhost', true],
    ['169.254.1.1', true],
    ['100.64.0.1', true],
    ['fd00::1', true],
    ['app.test', true],
    ['2606:4700:4700::1111', false],
    ['10.example.com', false],
    ['127.example.com', false],
    ['192.168.example.org', false],
  ])('is suggested for %s: %s', (host, proposed) => {
    const seen = evidenceOf(true, {});
    const target = { ...seen.target, host };
    const { fix, commands } = renewServed({ ...seen, target }, 'Renew it.');
    const hosts = [...new Set(['localhost', '127.0.0.1', '::1', host])];
    const command = [...seen.surroundings.ownCommand, 'certs', ...hosts, '--overwrite'];
    expect(commands).toEqual(proposed ? [command] : undefined);
    expect(fix === 'Renew it.').toBe(!proposed);
  });
});

describe('a certificate that must be replaced', () => {
  it.each<[TrustEvidence['signer'], string[], boolean]>([
    ['other', ['chat.example.test'], false],
    ['other', ['localhost', 'chat.example.test'], false],
    ['other', ['localhost', '127.0.0.1', 'DNS:127.0.0.1'], true],
    ['self', ['chat.example.test'], true],
    ['elsewhere', ['chat.example.test'], true],
    ['here', ['chat.example.test'], true],
  ])('of signer %s, for %j, may be one for development: %s', (signer, names, proposed) => {
    const seen = evidenceOf(true, {
      tls: { end: 'secure', chain: [{ ...certificate, names }] },
      trust: { signer } as TrustEvidence,
    });
    const { fix, commands } = renewServed(seen, 'Renew it.');
    expect(commands !== undefined).toBe(proposed);
    expect(fix === 'Renew it.').toBe(!proposed);
  });
});

describe('the command line of doctor', () => {
  const refused: [string[], string, string][] = [
    [['localhost:3000/live'], 'is not a WebSocket URL', 'Did you mean wss://localhost:3000/live?'],
    [['ftp://x'], 'is not a WebSocket URL', 'Write wss://HOST:PORT/PATH.'],
    [['wsss://x/live'], 'is not a WebSocket URL', 'Did you mean wss://x/live?'],
    [['wws://x:3000/live'], 'is not a WebSocket URL', 'Did you mean wss://x:3000/live?'],
    [['htp://x/'], 'is not a WebSocket URL', 'Did you mean ws://x/?'],
    [['htps://x/'], 'is not a WebSocket URL', 'Did you mean wss://x/?'],
    [['SSW://x/'], 'is not a WebSocket URL', 'Did you mean wss://x/?'],
    [['--address', 'chat.example.com'], 'is not an IP address', 'such as 192.0.2.1'],
    [['--address', '127.0.0.1:3000'], 'is not an IP address', ''],
    [['wss://'], 'is not a WebSocket URL', 'Write wss://HOST:PORT/PATH.'],
    [['wss://x:99999/'], 'is not a WebSocket URL', ''],
    [['wss://x/#a'], 'has a #fragment', 'Write wss://x/'],
    [['wss://x', 'wss://y'], 'Only one URL', ''],
    [['--idle', '0'], 'is not a valid number of seconds', 'up to 3600'],
    [['--timeout', 'soon'], 'is not a valid number of seconds', 'up to 60'],
    [['--timeout'], 'needs a value', ''],
    [['--origin', 'https://x/'], 'is not an origin', 'Write https://x.'],
    [['--origin', 'tauri://localhost/'], 'is not an origin', 'Write tauri://localhost.'],
    [['--origin', 'file:///'], 'is not an origin', 'Write null: browsers send that'],
    [['--page', 'wss://x'], 'is not the URL of a page', ''],
    [['--orign', 'https://x'], 'There is no option --orign', 'Did you mean --origin?'],
    [['--json=1'], 'does not take a value', ''],
    [['--protocol', 'a b'], 'is not a subprotocol', ''],
    [['--protocol', ''], 'is not a subprotocol', ''],
    [['--header', 'X-Key'], 'is not a header', "'NAME: VALUE'"],
    [['--header', 'X-Key:'], 'is not a header', "'NAME: VALUE'"],
    [['--header', 'X-Key: a\u0000b'], 'is not a header', "'NAME: VALUE'"],
    [['--header', 'X-Key: a\nHost: b'], 'has its own header Host', 'in the URL'],
    [['--header', 'cookie: a=b'], 'has its own header cookie', 'Use --cookie.'],
    [['--header', 'Origin: https://x'], 'has its own header Origin', 'Use --origin.'],
    [['--header', 'Sec-WebSocket-Key: x'], 'has its own header', 'Leave it out.'],
    [['--cookie', 'a'], 'is not a cookie', "'NAME=VALUE"],
    [['--cookie', 'a=b\r\nX: y'], 'is not a cookie', "'NAME=VALUE"],
  ];
  it.each(refused)('refuses %j', (words, message, fix) => {
    expect(() => readArguments(parse(doctor, words))).toThrow(
      expect.objectContaining({
        name: 'UserError',
        exitCode: 2,
        message: expect.stringContaining(message),
        fix: expect.stringContaining(fix),
      }),
    );
  });

  it.each([
    ['https://localhost:3000/live', 'wss://localhost:3000/live'],
    ['http://x', 'ws://x/'],
    ['WSS://X:443/a?b=c', 'wss://x/a?b=c'],
    ['ws://[::1]:3000', 'ws://[::1]:3000/'],
  ])('reads %s as a WebSocket URL', (typed, url) => {
    expect(readArguments(parse(doctor, [typed])).url?.href).toBe(url);
  });

  it('reads what the client sends', () => {
    const words = ['--protocol', 'mqtt,soap', '--protocol', 'mqtt', '--cookie', 'a=1; b=2'];
    const headers = ['--header', 'X-A: 1, 2', '--header', 'authorization:  Bearer x '];
    const { controls } = readArguments(parse(doctor, [...words, '--cookie', 'c=3', ...headers]));
    expect(controls).toMatchObject({
      protocol: ['mqtt', 'soap'],
      cookie: 'a=1; b=2; c=3',
      header: [
        ['X-A', '1, 2'],
        ['authorization', 'Bearer x'],
      ],
    });
  });
});
