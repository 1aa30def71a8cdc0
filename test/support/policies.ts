import { forbidding, openedUrl, parsePolicies } from '../../src/doctor/rules/shared/csp.js';
import { judgeMixedContent } from '../../src/doctor/rules/mixed-content.js';
import { documentPolicies } from '../../src/doctor/rules/shared/csp-document.js';
import type { PagePolicy } from '../../src/doctor/page-evidence.js';

/** A page with its policies, and the sockets that it opens. */
export interface PolicyRow {
  page: string;
  /** Content-Security-Policy headers. */
  headers: string[];
  html: string;
  urls: string[];
}

const plain = '<!doctype html><title>A page</title><p>A page.';
const [secure, insecure] = ['https://app.example/', 'http://app.example/'];

const sockets = ['wss://api.example/live', 'wss://api.example:8443/live/x'];
const plainSockets = ['ws://api.example/live', 'ws://api.example:8443/live/x'];

function row(page: string, headers: string[], urls: string[], html = plain): PolicyRow {
  return { page, headers, html, urls };
}

/** Sources of connect-src, each judged for sockets of two ports and, from http:, two schemes. */
const sources = [
  ..."api.example * https: http: wss: ws: 'none' 'self' *.example *:* wss://* ws://* wss".split(
    ' ',
  ),
  ...'https://api.example wss://api.example ws://api.example http://api.example'.split(' '),
  ...'wss://*.example wss://*:* ws://*:* *:8443 wss://*:8443 ws://*:8443'.split(' '),
  ...'api.example:8443 api.example:* *.api.example wss://*.api.example'.split(' '),
  ...'wss://api.example:* ws://api.example:* wss://api.example:443 wss://api.example:8443'.split(
    ' ',
  ),
  ...'ws://api.example:80 ws://api.example:443 ws://api.example:8443'.split(' '),
  ...'wss://api.example:08443 wss://api.example: wss://api.example:http'.split(' '),
  ...'WSS://API.EXAMPLE wss://api.example. //api.example *://api.example wss:/ wss://'.split(' '),
  ...'wss://api.example/ wss://api.example/live wss://api.example/live/ wss://api.example/Live'.split(
    ' ',
  ),
  ...'wss://api.example/li%76e wss://api.example/live?x wss://api.example/live#x'.split(' '),
  ...'wss://api.example:*/live/ wss://*.example:8443/live/x wss://api.example/%zz'.split(' '),
  ...'wss://a*.example wss://*. wss://*api.example example data: self'.split(' '),
  "'none' wss://api.example",
  "'SELF' WSS:",
  '',
  "data: 'report-sample' wss:",
];

const sourceRows = sources.flatMap((source) => [
  row(secure, [`connect-src ${source}`], sockets),
  row(insecure, [`connect-src ${source}`], [...sockets, ...plainSockets]),
]);

const own = ["connect-src 'self'"];
const selfRows = [
  row(secure, own, ['wss://app.example/', 'wss://app.example:8443/', 'ws://app.example/']),
  row(insecure, own, ['ws://app.example/', 'wss://app.example/', 'ws://app.example:8080/']),
  row('http://app.example:8080/', own, [
    'ws://app.example:8080/',
    'wss://app.example:8080/',
    'wss://app.example/',
  ]),
  row('https://app.example:8443/', own, ['wss://app.example:8443/', 'wss://app.example/']),
  row('http://app.example:443/', own, ['wss://app.example/', 'ws://app.example:443/']),
  row('https://app.example:80/', own, ['wss://app.example/', 'wss://app.example:80/']),
  row('http://localhost:8080/', own, ['ws://127.0.0.1:8080/', 'ws://localhost:8080/']),
  row('https://localhost:8443/', own, ['ws://localhost:8443/', 'wss://localhost:8443/']),
  row('http://[::1]:8080/', own, ['ws://[::1]:8080/']),
  row('http://127.0.0.1:8080/', own, ['ws://127.0.0.1:8080/']),
];

/** Complete policies, each judged for the page's own WebSocket. */
const policies: string[][] = [
  ["default-src 'self'"],
  ["default-src 'none'"],
  ["default-src 'none'; connect-src 'self'"],
  ["connect-src 'self'; default-src 'none'"],
  ['connect-src; default-src *'],
  ["connect-src 'none'; connect-src 'self'"],
  ["connect-src 'self'; connect-src 'none'"],
  ["CONNECT-SRC 'none'"],
  ["connect-src\t'none'"],
  [";;connect-src 'none';"],
  ["connect-src 'self', connect-src 'none'"],
  ["connect-src 'self'", "default-src 'none'"],
  ["connect-src 'self'", 'default-src wss:'],
  ["connect-src 'self',"],
  ["script-src 'none'"],
  ["connect_src 'none'"],
  ["connect-src 'none' é"],
  ["connect-src 'self' é, default-src 'none'"],
  ["connect-src 'unsafe-inline' 'nonce-abc'"],
  ["sandbox allow-scripts; connect-src 'self'"],
  ["sandbox allow-scripts allow-same-origin; connect-src 'self'"],
  ['sandbox allow-scripts; connect-src app.example'],
  ['sandbox allow-scripts; connect-src wss:'],
  ["sandbox allow-scripts, connect-src 'none'"],
  ['block-all-mixed-content'],
];

const upgrade = 'upgrade-insecure-requests';
const upgradeRows = [secure, insecure].flatMap((page) => [
  row(
    page,
    [upgrade],
    [
      'ws://api.example/live',
      'ws://api.example:80/',
      'ws://api.example:443/',
      'ws://api.example:8080/',
      'ws://localhost:8080/',
      'ws://app.localhost:8080/',
      'ws://127.0.0.1:8080/',
      'ws://127.3.2.1:8080/',
      'ws://[::1]:8080/',
      'ws://192.168.1.10:8080/',
      'wss://api.example/',
    ],
  ),
  row(page, [`${upgrade}; connect-src ws:`], ['ws://api.example/']),
  row(page, [`${upgrade}; connect-src wss:`], ['ws://api.example:8080/', 'ws://localhost:8080/']),
  row(page, [`connect-src ws://api.example:8080, ${upgrade}`], ['ws://api.example:8080/']),
  row(page, [`${upgrade}; connect-src 'self'`], ['ws://app.example/', 'ws://app.example:8080/']),
  row(page, ['Upgrade-Insecure-Requests 1'], ['ws://api.example/']),
]);

const addressRows = [
  row(insecure, ['connect-src ws://[::1]:8080 [::1]:8080'], ['ws://[::1]:8080/']),
  row(insecure, ['connect-src ws://*:8080'], ['ws://[::1]:8080/', 'ws://192.168.1.10:8080/']),
  row(insecure, ['connect-src ws://192.168.1.10:8080'], ['ws://192.168.1.10:8080/']),
  row(insecure, ['connect-src ws://*.1.10:8080'], ['ws://192.168.1.10:8080/']),
  row(insecure, ['connect-src ws://my_host.example'], ['ws://my_host.example/']),
  row(
    insecure,
    ['connect-src ws://localhost:8080'],
    ['ws://localhost:8080/', 'ws://localhost.:8080/'],
  ),
  row(insecure, ['connect-src ws://localhost:8080/a%3Bb/'], ['ws://localhost:8080/a;b/c?d']),
];

/** Names and addresses to which an https: page may or may not open ws://. */
const mixedHosts = [
  ...'[2001::1] [2001:10::1] [2001:2::1] [2002:a00:1::1] [3fff::1] [4000::1] [5f00::1] [ff02::1] [3ffe::1]'.split(
    ' ',
  ),
  ...'api.example app.example localhost localhost. app.localhost localhost6 host'.split(' '),
  ...'localhost.localdomain printer.local printer.local. local printer.lan'.split(' '),
  ...'127.0.0.1 127.3.2.1 0.0.0.0 10.0.0.5 100.64.0.1 100.128.0.1 169.254.1.1'.split(' '),
  ...'172.16.0.1 172.32.0.1 192.168.1.10 192.169.1.1 198.18.0.1 198.51.100.1 8.8.8.8'.split(' '),
  ...'192.0.2.1 203.0.113.1 240.0.0.1 255.255.255.255 192.0.0.1 224.0.0.1 192.88.99.1'.split(' '),
  ...'[::1] [::] [::2] [fe80::1] [fd00::1] [fc00::1] [fec0::1] [2001:db8::1] [2606:4700::1]'.split(
    ' ',
  ),
  ...'[::ffff:127.0.0.1] [::ffff:10.0.0.1] [::ffff:8.8.8.8] [64:ff9b::a00:1] [64:ff9b:1::1] [100::1]'.split(
    ' ',
  ),
];

function meta(policy: string, name = 'Content-Security-Policy'): string {
  return `<meta http-equiv="${name}" content="${policy}">`;
}

const none = meta("connect-src 'none'");
const start = '<!doctype html><html><head><title>A page</title>';
const documents = [
  `${start}${none}</head><body>A page.`,
  `${start}</head>${none}<body>A page.`,
  `${start}</head><body>${none}A page.`,
  `<!doctype html>${none}<p>A page.`,
  `<!doctype html><p>A page.${none}`,
  `<!doctype html>A page.${none}`,
  `${start}<div></div>${none}`,
  `${start}<svg>${none}</svg>`,
  `${start}<!-- ${none} -->`,
  `${start}<script>const text = \`${none}\`;</script>`,
  `${start}<style>/* ${none} */</style>`,
  `${start}<noscript>${none}</noscript>`,
  `${start}<template>${none}</template>`,
  `${start}<title>${none}</title>`,
  `${start}<link rel="icon" href="data:,"><base href="/">${none}`,
  `${start}${meta('connect-src &#39;none&#x27;')}`,
  `${start}${meta("connect-src 'none'", ' Content-Security-Policy ')}`,
  `${start}${meta("connect-src 'none'", 'Content-Security-Policy-Report-Only')}`,
  `${start}${meta("sandbox allow-scripts; connect-src 'self'")}`,
  `${start}${meta("connect-src 'self'")}${none}`,
  `${start}${meta("connect-src 'self', connect-src 'none'")}`,
  `${start}<META CONTENT='connect-src wss://other.example' HTTP-EQUIV=content-security-policy />`,
  `${start}<meta name="a" content=">"><meta data-http-equiv="Content-Security-Policy" content="connect-src 'none'">`,
  `${start}<meta content="default-src *" content="default-src 'none'" http-equiv="Content-Security-Policy">`,
];

const self = 'wss://app.example/live';

export const policyRows: PolicyRow[] = [
  ...sourceRows,
  ...selfRows,
  ...policies.map((headers) => row(secure, headers, [self])),
  ...upgradeRows,
  ...addressRows,
  row(
    secure,
    [],
    mixedHosts.map((host) => `ws://${host}/`),
  ),
  ...documents.map((html) => row(secure, [], [self], html)),
  row(secure, ["connect-src 'self'"], [self], `${start}${none}`),
  row(insecure, [], ['ws://api.example/'], `${start}${meta(upgrade)}`),
];

/** @returns the policies of a page, as a diagnosis collects them */
export function policiesOf({ headers, html }: PolicyRow): PagePolicy[] {
  return [
    ...headers.map((text) => ({ text, from: 'header' as const })),
    ...documentPolicies(html).map((text) => ({ text, from: 'document' as const })),
  ];
}

/** @returns the result of the rules for each socket: the URL that opens, or what blocks it */
export function judged(each: PolicyRow): string[] {
  const policy = parsePolicies(policiesOf(each));
  const page = new URL(each.page);
  return each.urls.map((text) => {
    const url = openedUrl(new URL(text), policy);
    if (forbidding(policy, { page, url }).length > 0) {
      return 'policy';
    }
    return judgeMixedContent({ page, url }) === 'refused' ? 'mixed content' : `open ${url.href}`;
  });
}
