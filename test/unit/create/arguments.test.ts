import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../support/arguments.js';
import { UserError } from '../../../src/core/errors.js';

function refusal(argv: string[]): { message: string; fix: string } {
  try {
    parseArguments(argv);
  } catch (error) {
    if (error instanceof UserError) {
      return { message: error.message, fix: error.fix };
    }
    throw error;
  }
  throw new Error(`${argv.join(' ')} was accepted.`);
}

describe('a valid command line', () => {
  it.each([
    [['app'], { directory: 'app' }],
    [['--language', 'js', 'app'], { language: 'js', directory: 'app' }],
    [['--language=js'], { language: 'js' }],
    [['--https'], { https: true }],
    [['--no-https'], { https: false }],
    [['--no-git', '--git'], { git: true }],
    [['--port', '4000'], { port: 4000 }],
    [['--hosts', 'a.test, b.test'], { hosts: ['a.test', 'b.test'] }],
    [['--hosts', 'a.test', '--hosts', 'b.test'], { hosts: ['a.test', 'b.test'] }],
    [['--origins=https://a.test,https://a.test'], { origins: ['https://a.test'] }],
    [['--key-file', './my key.pem'], { keyFile: './my key.pem' }],
    [['--key-file', ' key.pem'], { keyFile: ' key.pem' }],
    [['--host', ' localhost '], { host: 'localhost' }],
    [['--port', ' 080'], { port: 80 }],
    [['--', '-strange'], { directory: '-strange' }],
    [['--', '-'], { directory: '-' }],
    [['./doctor'], { directory: './doctor' }],
    [['./docter'], { directory: './docter' }],
    [['date'], { directory: 'date' }],
    [['factor'], { directory: 'factor' }],
  ])('%j', (argv, flags) => {
    expect(parseArguments(argv).flags).toEqual(flags);
  });

  it('separates run controls from answers', () => {
    expect(parseArguments(['app', '-y', '--dry-run', '--answers', 'team.json'])).toEqual({
      flags: { directory: 'app' },
      controls: { yes: true, dryRun: true, answers: 'team.json' },
    });
  });
});

describe('an invalid command line', () => {
  it.each([
    [['--langauge', 'js'], 'There is no option --langauge.', 'Did you mean --language?'],
    [['--lang', 'js'], 'There is no option --lang.', 'Did you mean --language?'],
    [['--cert'], 'There is no option --cert.', 'Did you mean --cert-source?'],
    [['--frobnicate'], 'There is no option --frobnicate.', 'See create-fastify-wss --help.'],
    [['-x'], 'There is no option -x.', '--help'],
    [['--no-port'], 'There is no option --no-port.', '--help'],
    [['--no-yes'], 'There is no option --no-yes.', '--help'],
    [['--language', 'typescript'], '--language: "typescript" is not allowed here.', 'ts, js'],
    [['--cert-source', 'mkcrt'], '--cert-source: "mkcrt" is not allowed', 'Did you mean mkcert?'],
    [['--cert-source'], '--cert-source needs a value.', '--cert-source=VALUE'],
    [['--cert-source', '--yes'], '--cert-source needs a value.', '--cert-source=VALUE'],
    [['--https=maybe'], '--https does not take a value.', '--https or --no-https'],
    [['--no-https=maybe'], '--no-https does not take a value.', '--https or --no-https'],
    [['--port', '0'], '--port: "0" is not a port.', '1 to 65535'],
    [['--port', '65536'], '--port: "65536" is not a port.', '1 to 65535'],
    [['--port', '3e3'], '--port: "3e3" is not allowed here.', '1 to 65535'],
    [['--origins', ''], '--origins: The list is empty.', 'at least one'],
    [['a', 'b'], 'Only one directory is allowed, not also "b".', 'quotes'],
    [['doktor', 'wss://app.test'], '"doktor" is not a command. Did you mean doctor?', './doktor'],
    [['wss://user:secret@app.test'], 'A URL is not a directory.', 'doctor URL'],
    [['doctor'], '"doctor" is reserved for a command', './doctor'],
    [['update'], '"update" is reserved for a command', './update'],
    [['docter'], '"docter" is not a command. Did you mean doctor?', './docter'],
    [['doctro'], '"doctro" is not a command. Did you mean doctor?', './doctro'],
    [['updat'], '"updat" is not a command. Did you mean update?', './updat'],
    [['cert'], '"cert" is not a command. Did you mean certs?', './cert'],
    [['con'], '"con" is a name that Windows reserves.', 'another name'],
    [['x/Nul.txt'], '"Nul.txt" is a name that Windows reserves.', 'another name'],
    [['app.'], '"app." ends in a dot', 'without it'],
    [['app '], '"app " ends in a space', 'without it'],
    [['a\nb'], 'it contains a line break', 'path of a file'],
    [['a\u2028b'], 'it contains a line break', 'path of a file'],
    [['a\u009Bb'], 'a control character', 'path of a file'],
    [['a\uD800'], 'broken Unicode', 'path of a file'],
    [['caf\uFFFD'], 'broken Unicode', 'path of a file'],
    [['ü'.repeat(128)], 'is longer than 255 bytes', 'shorter'],
    [['--key-file', `'"\``], 'contains more kinds of quotes', 'Rename'],
    [['--key-file', `'\`\\n`], 'contains more kinds of quotes', 'Rename'],
    [['--key-file', 'key\n.pem'], '--key-file: "key\n.pem" is not a path', 'path of a file'],
    [['--language', 'x'.repeat(1000)], `"${'x'.repeat(200)}…" is not allowed`, 'ts, js'],
  ])('%j', (argv, message, fix) => {
    const refused = refusal(argv);
    expect(refused.message).toContain(message);
    expect(refused.fix).toContain(fix);
  });
});

describe('origins, hosts and domains', () => {
  it.each([
    ['--origins', 'https://a.test/', 'Write https://a.test.'],
    ['--origins', 'https://a.test/path', 'Write https://a.test.'],
    ['--origins', 'https://A.test', 'Write https://a.test.'],
    ['--origins', 'https://a.test:443', 'Write https://a.test.'],
    ['--origins', 'http://a.test:80', 'Write http://a.test.'],
    ['--origins', 'a.test', 'Write https://a.test.'],
    ['--origins', 'localhost:5173', 'Write http://localhost:5173 or https://localhost:5173.'],
    ['--origins', '127.0.0.1:80', 'Write http://127.0.0.1 or https://127.0.0.1:80.'],
    ['--origins', '[::1]:443', 'Write http://[::1]:443 or https://[::1].'],
    ['--origins', '+a.test', 'Write https://a.test.'],
    ['--origins', 'https://bücher.test', 'Write https://xn--bcher-kva.test.'],
    ['--origins', '*', 'Write origins as scheme://host[:port]'],
    ['--origins', 'https://*.a.test', 'Write origins as scheme://host[:port]'],
    ['--origins', 'null', 'Browsers send "null" for pages from files'],
    ['--origins', 'file://', 'Browsers send "null" for pages from files'],
    ['--origins', 'file://server/page.html', 'Browsers send "null" for pages from files'],
    ['--origins', 'capacitor://localhost/', 'Write capacitor://localhost.'],
    ['--origins', 'tauri://localhost/index.html', 'Write tauri://localhost.'],
    ['--origins', 'Ionic://LOCALHOST', 'Write ionic://localhost.'],
    ['--origins', 'app://Obsidian.md', 'Write app://obsidian.md.'],
    ['--origins', 'app://*', 'Write origins as scheme://host[:port]'],
    ['--origins', 'data:text/html,x', 'Write origins as scheme://host[:port]'],
    ['--origins', `app://a'b`, 'Write origins as scheme://host[:port]'],
    ['--origins', `https://a'b.test`, 'Write origins as scheme://host[:port]'],
    ['--origins', 'wss://a.test', 'Write https://a.test.'],
    ['--origins', 'https://user@a.test', 'Write https://a.test.'],
    ['--hosts', 'https://localhost:3000', 'Write localhost.'],
    ['--hosts', 'LOCALHOST', 'Write localhost.'],
    ['--hosts', 'foo bar', 'Write a name such as localhost'],
    ['--hosts', '*.localhost', 'Write a wildcard below at least two labels'],
    ['--hosts', '[::1]', 'Write ::1.'],
    ['--hosts', 'localhost.', 'Write localhost.'],
    ['--hosts', 'xn--a', 'Write a name such as localhost'],
    ['--hosts', '127.0x1', 'Write 127.0.0.1.'],
    ['--host', '300.1.1.1', 'Write a name such as localhost'],
    ['--host', '...', 'Write a name such as localhost'],
    ['--host', '127.1', 'Write 127.0.0.1.'],
    ['--host', '0177.0.0.1', 'Write 127.0.0.1.'],
    ['--host', '2130706433', 'Write 127.0.0.1.'],
    ['--host', '0:0:0:0:0:0:0:0', 'Write ::.'],
    ['--host', 'FE80::1', 'Write fe80::1.'],
    ['--host', 'fe80::1%eth0', 'Write a name such as localhost'],
    ['--domain', '0x7f000001', 'Write a name such as chat.example.com'],
    ['--domain', 'chat.example.com.', 'Write chat.example.com.'],
    ['--domain', 'https://chat.example.com/live', 'Write chat.example.com.'],
    ['--domain', '10.0.0.1', 'Write a name such as chat.example.com.'],
    ['--domain', 'chat.example.com:8443', 'Write chat.example.com.'],
  ])('%s %s shows the intended value', (flag, value, fix) => {
    expect(refusal([flag, value]).fix).toContain(fix);
  });

  it('gets the same result after a thousand calls', () => {
    const fixes = Array.from({ length: 3000 }, () => refusal(['--origins', 'https://Ü']).fix);
    expect(new Set(fixes)).toEqual(new Set(['Write https://xn--tda.']));
  });

  it.each([
    ['--origins', 'https://[::1]:3000'],
    ['--origins', 'http://localhost:5173'],
    ['--origins', 'https://my_app.test'],
    ['--origins', 'capacitor://localhost'],
    ['--origins', 'ionic://localhost'],
    ['--origins', 'tauri://localhost'],
    ['--origins', 'app://obsidian.md'],
    ['--origins', 'vscode-webview://1q2w3e4r5t6y7u8i9o0p'],
    ['--origins', `chrome-extension://${'abcdefgh'.repeat(4)}`],
    ['--origins', 'moz-extension://3c9d2a1e-0000-4000-8000-1f2e3d4c5b6a'],
    ['--hosts', '*.app.test'],
    ['--hosts', '::1'],
    ['--host', '0.0.0.0'],
    ['--host', '::'],
    ['--host', '::ffff:7f00:1'],
    ['--domain', 'xn--bcher-kva.example'],
  ])('%s %s is accepted', (flag, value) => {
    expect(Object.values(parseArguments([flag, value]).flags).flat()).toEqual([value]);
  });
});
