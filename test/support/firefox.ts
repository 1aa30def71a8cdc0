import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { launch, type Browser } from 'puppeteer-core';
import type { Environment, Sandbox } from './sandbox.js';
import { openingOf, type Served } from './trusting.js';

const program = '/usr/bin/firefox-esr';

/** A Firefox of a sandbox. */
export interface Firefox {
  sandbox: Sandbox;
  profile: string;
  /** The program, if not the system's. */
  executablePath?: string;
}

function environmentOf({ env }: Sandbox): Record<string, string> {
  const all: Environment = { ...env, MOZ_CRASHREPORTER_DISABLE: '1' };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** Starts Firefox with a profile. */
export function openFirefox({
  sandbox,
  profile,
  executablePath = program,
}: Firefox): Promise<Browser> {
  mkdirSync(profile, { recursive: true });
  return launch({
    browser: 'firefox',
    executablePath,
    userDataDir: profile,
    env: environmentOf(sandbox),
    timeout: 120_000,
  });
}

/** Starts Firefox with a profile and ends it, so that it creates the profile's files. */
export async function createProfile(firefox: Firefox): Promise<void> {
  const browser = await openFirefox(firefox);
  await browser.close();
}

/** @returns `trusted` if Firefox opens the page and the WebSocket, or else the error code */
export async function firefoxSays(firefox: Firefox, served: Served): Promise<string> {
  const browser = await openFirefox(firefox);
  try {
    const page = await browser.newPage();
    await page.goto(served.origin);
    return await page.evaluate(openingOf, served.origin.replace('https', 'wss'));
  } catch (error) {
    return /\b(?:SEC|SSL|MOZILLA_PKIX)_ERROR_\w+/.exec(String(error))?.[0] ?? String(error);
  } finally {
    await browser.close();
  }
}

type Reply = [type: number, id: number, error: { message: string } | null, value: unknown];

/** Sends commands of Marionette, Firefox's own protocol, one after the other. */
function marionette(socket: Socket) {
  let last = 0;
  return async (name: string, parameters: object): Promise<unknown> => {
    last += 1;
    const text = JSON.stringify([0, last, name, parameters]);
    socket.write(`${Buffer.byteLength(text)}:${text}`);
    let got = '';
    for (;;) {
      const [chunk]: Buffer[] = await once(socket, 'data');
      got += String(chunk);
      const [, length = '', body = ''] = /^(\d+):([^]*)$/.exec(got) ?? [];
      if (length !== '' && Buffer.byteLength(body) >= Number(length)) {
        const [, , error, value]: Reply = JSON.parse(body);
        if (error !== null) {
          throw new Error(error.message);
        }
        return value;
      }
    }
  };
}

async function connected(profile: string): Promise<Socket> {
  const file = join(profile, 'MarionetteActivePort');
  while (!existsSync(file) || readFileSync(file, 'utf8') === '') {
    await sleep(100);
  }
  const socket = connect(Number(readFileSync(file, 'utf8')), '127.0.0.1');
  await once(socket, 'data');
  return socket;
}

/** Runs in Firefox, as its certificate manager does. */
const setTrust = `
  const [base64, trust] = arguments;
  const all = Cc['@mozilla.org/security/x509certdb;1'].getService(Ci.nsIX509CertDB);
  const cert = all.getCerts().find((each) => each.getBase64DERString() === base64);
  cert === undefined ? all.addCertFromBase64(base64, trust) : all.setCertTrustFromString(cert, trust);
`;

/**
 * Changes the trust of a CA in Firefox itself.
 * @param trust such as `C,,`
 */
export async function trustInFirefox(
  { sandbox, profile }: Firefox,
  pem: string,
  trust: string,
): Promise<void> {
  const settings = join(profile, 'user.js');
  const before = existsSync(settings) ? readFileSync(settings, 'utf8') : '';
  rmSync(join(profile, 'MarionetteActivePort'), { force: true });
  appendFileSync(settings, 'user_pref("marionette.port", 0);\n');
  const flags = ['-headless', '-no-remote', '-marionette', '--remote-allow-system-access'];
  const child = spawn(program, [...flags, '-profile', profile], {
    env: environmentOf(sandbox),
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  try {
    const call = marionette(await connected(profile));
    await call('WebDriver:NewSession', {});
    await call('Marionette:SetContext', { value: 'chrome' });
    const base64 = pem.replaceAll(/-----[^-]+-----|\s/g, '');
    await call('WebDriver:ExecuteScript', { script: setTrust, args: [base64, trust] });
    await call('Marionette:Quit', { flags: ['eForceQuit'] });
    await ended;
  } finally {
    child.kill('SIGKILL');
    writeFileSync(settings, before);
  }
}
