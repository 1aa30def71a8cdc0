import fc from 'fast-check';

/** Characters that are special in a language of the generated files, or invalid in all of them. */
const characters = [
  ...`ab0 '"\`$\\%#{}[]()<>|&;*?!~=:,@^-._/éÜ日ß`,
  ...'\n\r\t\0\u001B\u007F\u0085\u00A0\u2028\uFEFF',
  // Characters that change the text direction, non-characters, half surrogates, combining
  // characters.
  ...'\u200F\u202E\u2066\uFFFD\u0301\uE000\uE001\uD800',
  '\uDC00',
  ...String.raw`👩‍🔬 🏳️‍🌈 \n ${'$'}{x} $(id) {{x}} %PATH%`.split(' '),
];

/** @returns one of the words separated by spaces, or one of the others, which contain spaces */
function oneOf(words: string, ...others: string[]): fc.Arbitrary<string> {
  return fc.constantFrom(...words.split(' '), ...others);
}

/** Any text, often one that an attacker would choose. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.array(fc.constantFrom(...characters), { maxLength: 8 }).map((each) => each.join('')),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc
    .tuple(fc.constantFrom(...'a ü日.'), fc.constantFrom(60, 214, 255, 256, 5000))
    .map(([character, times]) => character.repeat(times)),
);

/** Names that some system does not treat as file names. */
const oddNames = oneOf(
  String.raw`. .. ... - -- -rf --yes ~ ~root app. con NUL Aux.txt lpt1. con/. a/con/.. COM¹ doctor` +
    String.raw` ./doctor create C:\app \\host\share a\b C: node_modules favicon.ico 日本 ws .hidden _x` +
    ' a..b a__.b App cafe\u0301 café a/ a//b / a/../..',
  "it's C:\\new",
  "it's `C:\\new`",
  '',
  ' ',
  ' app',
  'app ',
);

/** A name with one or two hostile characters, most of which file systems allow. */
const trickyName = fc
  .tuple(fc.constantFrom('app', 'my', 'x'), fc.constantFrom(...characters), hostileText)
  .map(([name, character, rest]) => `${name}${character}${rest.length < 30 ? rest : ''}z`);

export const hostilePath: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: trickyName },
  { weight: 1, arbitrary: hostileText },
  { weight: 1, arbitrary: oddNames },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('', './', '../', '/', '/tmp/'), trickyName, trickyName)
      .map(([start, folder, name]) => `${start}${folder}/${name}`),
  },
);

export const plausiblePath = oneOf(
  "app my-app ./chat ../chat /srv/chat it's Übung a/b .",
  'My App',
);

export const plausibleHost = oneOf(
  'localhost 127.0.0.1 ::1 app.test xn--bcher-kva.example 10.0.0.5 fd00::1',
);

export const hostileHost: fc.Arbitrary<string> = fc.oneof(
  oneOf(
    'LOCALHOST App.Test localhost. app.test. .app.test a..b bücher.test xn--a xn-- XN--BCHER-KVA.test' +
      ' xn--bcher-kva 127.1 0x7f000001 127.0x1 0177.0.0.1 2130706433 1.2.3.256 1.2.3.4.5 [::1]' +
      ' 0:0:0:0:0:0:0:1 ::0 ::ffff:1.2.3.4 ::ffff:102:304 FE80::1 fe80::1%eth0 1:2:3 0.0.0.0 :: *' +
      ' *.app.test *.test import unix h2c a_b.test http://a.test a:80 user@a.test a.test/x a.test?x' +
      ' -a.test a-.test -- ... 1.2.3 a.0 a.0x',
    'a b',
  ),
  fc.domain(),
  fc.ipV4Extended(),
  fc.ipV6(),
  fc.integer({ min: 60, max: 260 }).map((length) => 'a'.repeat(length)),
  hostileText,
);

export const plausiblePort = oneOf('3000 80 443 8080');

export const hostilePort: fc.Arbitrary<string> = fc.oneof(
  oneOf(
    '0 1 65535 65536 -1 1e3 0x50 080 +80 80.0 http ٣ 99999999999 NaN Infinity',
    '',
    ' 80',
    '8 0',
    '3000\n',
  ),
  fc.integer({ min: 1, max: 65_535 }).map(String),
  hostileText,
);

export const plausibleOrigin = oneOf(
  'https://app.test http://localhost:5173 https://[::1]:3000 https://a.test:8443' +
    ' capacitor://localhost tauri://localhost app://obsidian.md' +
    ' chrome-extension://abcdefghijklmnopabcdefghijklmnop',
);

/** Origins that are nearly valid, and some valid ones. */
export const hostileOrigin: fc.Arbitrary<string> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(
        'https://',
        'http://',
        'HTTPS://',
        'https:\\\\',
        'https:',
        '',
        'wss://',
        'app://',
      ),
      fc.constantFrom('', '', '', 'user@', 'user:word@'),
      fc.oneof(plausibleHost, hostileHost),
      fc.constantFrom('', '', ':443', ':80', ':8443', ':0', ':65536', ':08', ':'),
      fc.constantFrom('', '', '', '/', '/x', '?x', '#x', '\t', ' '),
    )
    .map((parts) => parts.join('')),
  oneOf(
    'null file:// file://a.test data:x blob:https://a.test/x https://* https://*.a.test' +
      ` capacitor://LOCALHOST ionic://localhost/ tauri: app://a'b app://a,b app://ü javascript://a%0ab` +
      ` https://a,b.test https://a'b"c\`.test https://a$b https:// https://a;b https://a{b}` +
      ' https://a_b.test https://a.test.',
    'https://a\tb',
  ),
  fc.webUrl().map((url) => new URL(url).origin),
  hostileText,
);
