import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { readEnvFile } from '../src/lib/env-file.js';
import { messageOf } from '../src/lib/errors.js';
import { readSettings } from '../src/settings.js';
// {{#if auth}}
import { createSecret } from './secret.js';
// {{/if}}

// Creates what a fresh clone lacks: .env, and a development certificate for the hosts in its
// arguments. It never replaces a file or checks a certificate: `npx create-fastify-wss certs` does.
const hosts = process.argv.slice(2);
const [key, cert, record] = ['certs/key.pem', 'certs/cert.pem', '.create-fastify-wss.json'];
const installHint =
  'npx failed. Install mkcert (https://github.com/FiloSottile/mkcert#installation), then run: npm run certs';

// Windows would look for programs in this folder first.
process.env['NoDefaultCurrentDirectoryInExePath'] = '1';
// Ctrl-C ends mkcert or npx, but not this script, which then removes incomplete files.
process.on('SIGINT', () => {});
try {
  prepare();
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}

function prepare(): void {
  const { HTTPS, TRUST_PROXY, PRIV_KEY, CERT_KEY } = settings();
  if (!HTTPS && TRUST_PROXY.length === 0) {
    return console.log('No certificate is needed: HTTPS is off, and there is no reverse proxy.');
  }
  const command = npxCommand();
  const isOwn = PRIV_KEY !== key || CERT_KEY !== cert;
  const missing = [PRIV_KEY, CERT_KEY].filter((path) => !fs.existsSync(path));
  if (missing.length === 0) {
    const renewal = isOwn ? '' : ` To renew or trust the certificate, run: ${command}`;
    return console.log(`${PRIV_KEY} and ${CERT_KEY} already exist.${renewal}`);
  }
  if (isOwn || missing.length === 1) {
    const advice = isOwn ? 'correct PRIV_KEY and CERT_KEY in .env' : 'move the other file away';
    throw new Error(`Missing: ${missing.join(', ')}. Restore it, or ${advice}.`);
  }
  if (!runMkcert()) return runNpx(command);
  console.log(`${cert} created. To make browsers trust it, run: ${command} --install`);
}

/** The environment overrides .env. A missing .env is copied from the example. */
function settings() {
  if (!fs.existsSync('.env')) {
    fs.writeFileSync('.env', fs.readFileSync('.env.example'), { mode: 0o600 });
    // {{#if auth}}
    createSecret();
    // {{/if}}
    console.log('.env created from .env.example');
  }
  return readSettings(process.env, readEnvFile());
}

/** The shell command that issues certificates, in the version that created this project. */
function npxCommand(): string {
  const text = fs.existsSync(record) ? fs.readFileSync(record, 'utf8') : '{ "version": "latest" }';
  const words = ['npx', `create-fastify-wss@${JSON.parse(text).version}`, 'certs', ...hosts];
  const wrong = words.filter((word) => !/^[\w:*][\w.:*@+-]*$/.test(word));
  if (hosts.length === 0 || wrong.length > 0) {
    throw new Error(`"certs" in package.json needs host names or IP addresses, not "${wrong}".`);
  }
  return words.map((word) => (word.includes('*') ? `"${word}"` : word)).join(' ');
}

/** The path of mkcert: given only a name, Windows would first look in this folder. */
function findMkcert(): string | undefined {
  const name = process.platform === 'win32' ? 'mkcert.exe' : 'mkcert';
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const paths = folders.filter((folder) => isAbsolute(folder)).map((folder) => join(folder, name));
  return paths.find((path) => fs.existsSync(path));
}

/** Creates both files in a temporary folder, then moves them. False if mkcert is not installed. */
function runMkcert(): boolean {
  const mkcert = findMkcert();
  if (mkcert === undefined) return false;
  const isNew = fs.mkdirSync('certs', { recursive: true }) !== undefined;
  if (isNew) fs.writeFileSync('certs/.gitignore', '*\n!.gitignore\n');
  const folder = fs.mkdtempSync('certs/.new-');
  const files = ['-cert-file', `${folder}/cert.pem`, '-key-file', `${folder}/key.pem`];
  try {
    const words = ['-ecdsa', ...files, ...hosts];
    const { error, status, signal, stderr } = spawnSync(mkcert, words, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`mkcert failed: ${error ?? signal ?? stderr.trim()}`);
    fs.chmodSync(`${folder}/key.pem`, 0o600);
    fs.renameSync(`${folder}/key.pem`, key);
    fs.renameSync(`${folder}/cert.pem`, cert);
    return true;
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/**
 * Starts npx through a shell, since npx is a script on Windows. The variable makes that shell ignore
 * programs in this folder.
 */
function runNpx(command: string): void {
  const line = command.replace('npx', 'npx --yes');
  console.log(`mkcert is not installed. Running: ${line}`);
  const env = { ...process.env, NoDefaultCurrentDirectoryInExePath: '1' };
  process.exitCode = spawnSync(line, { stdio: 'inherit', shell: true, env }).status ?? 1;
  if (process.exitCode !== 0) console.error(installHint);
}
