import { afterAll, beforeAll, expect, it } from 'vitest';
import type { StageName, Verdict } from '../../../src/doctor/verdict.js';
import { groups } from '../../scenarios/all.js';
import { setups, type Setup } from '../../scenarios/chains.js';
import { secureEcho } from '../../scenarios/echo.js';
import { at, openScene, type Call, type Scenario, type Scene } from '../../scenarios/scene.js';
import { cli } from '../../support/cli.js';
import { clientsOf, openingOf, type RealClient } from '../../support/clients.js';
import { describeWith } from '../../support/needs.js';
import { sampleOf } from '../../support/sample.js';
import { addTo, placesIn } from '../../support/stores.js';

interface Told {
  url: string;
  verdicts: Verdict[];
}

async function diagnosis({ sandbox }: Scene, call: Call): Promise<Told> {
  const { stdout } = await cli(['doctor', ...call.args, '--json'], {
    cwd: call.cwd ?? sandbox.folder,
    env: { ...sandbox.env, ...call.env },
    ...(call.uid === undefined ? {} : { uid: call.uid }),
  });
  return JSON.parse(stdout);
}

/** What curl does not look at: it ends after the answer. */
const afterAnswer: StageName[] = ['frames', 'idle'];

function isAbout({ clients, browsers, stage }: Verdict, { name, kind }: RealClient): boolean {
  const named = kind !== 'browser' || browsers === undefined;
  const isSeen = kind !== 'system' || !afterAnswer.includes(stage);
  return (
    clients.includes(kind) && isSeen && (named || browsers.some((browser) => browser === name))
  );
}

/** Whether doctor expects this client to open the socket: nothing blocks it, and it is healthy. */
function isFine({ verdicts }: Told, client: RealClient): boolean {
  const healthy = verdicts.find(({ code }) => code === 'healthy');
  const blocked = verdicts.some(
    (verdict) => verdict.severity === 'blocking' && isAbout(verdict, client),
  );
  const works = healthy === undefined || isAbout({ ...healthy, stage: 'upgrade' }, client);
  return !blocked && works;
}

const asked = Object.values(groups)
  .flat()
  .filter(({ unasked }) => unasked === undefined);
const drawn = sampleOf(asked, Math.ceil(asked.length / 11));
const certificates = sampleOf(Object.entries(setups), 6);
const programs = drawn.flatMap((each) => each.needs ?? []);
const needs = ['chromium', 'firefox-esr', 'certutil', 'curl', ...programs];

interface Place {
  scene: Scene;
  clients: RealClient[];
  built: Map<string, Setup>;
}

async function place(): Promise<Place> {
  const scene = await openScene();
  const built = new Map(
    await Promise.all(certificates.map(async ([name, build]) => [name, await build()] as const)),
  );
  const roots = [...built.values()].flatMap((setup) => setup.roots);
  const files = roots.map(({ cert }, index) => scene.file(`root-${index}.pem`, cert));
  files.forEach((file, index) =>
    addTo(placesIn(scene.sandbox).xdg, { name: `root ${index}`, file }),
  );
  const list = scene.file('all.pem', [scene.ca, ...roots].map(({ cert }) => cert).join(''));
  Object.assign(scene.sandbox.env, { NODE_EXTRA_CA_CERTS: list, SSL_CERT_FILE: list });
  return { scene, clients: clientsOf(scene, [scene.caPath, ...files]), built };
}

const rows: string[] = [];

/** Asks doctor and all clients about one server. @returns where they contradict each other */
async function contradictions(
  { scene, clients: all }: Place,
  { name, except = {} }: Pick<Scenario, 'name' | 'except'>,
  call: Call,
): Promise<string[]> {
  const clients = all.filter((client) => except[client.name] === undefined);
  const told = await diagnosis(scene, call);
  const opening = openingOf(call, told.url);
  const said = await Promise.all(clients.map((client) => client.opens(opening)));
  const marks = clients.map(
    (client, index) => `${client.name} ${said[index] === 'open' ? '✓' : '✗'}`,
  );
  const codes = told.verdicts.map(({ code, browsers = [] }) => [code, ...browsers].join(' '));
  rows.push(`${name.padEnd(80)} | ${marks.join(' ')} | ${codes.join(', ')}`);
  const text = JSON.stringify(told.verdicts, undefined, 2);
  return clients.flatMap((client, index) => {
    // What doctor says of Node.js is about ws and about the WebSocket that is built in.
    const kin = client.kind === 'node' ? clients.filter(({ kind }) => kind === 'node') : [client];
    const isOpen = kin.every((each) => said[clients.indexOf(each)] === 'open');
    return isFine(told, client) === isOpen ? [] : [`${client.name}: ${said[index]}; ${text}`];
  });
}

describeWith([...new Set(needs)], 'doctor and real clients', () => {
  const places: Place[] = [];
  beforeAll(async () => {
    places.push(await place());
  });
  afterAll(async () => {
    process.stdout.write(`${rows.join('\n')}\n`);
    for (const { scene, clients } of places) {
      await Promise.all(clients.map((client) => client.close?.()));
      await scene.sandbox.remove();
    }
  });

  it.each(drawn.map((scenario) => [scenario.name, scenario] as const))(
    'agree if %s',
    async (_name, scenario) => {
      for (const each of places) {
        try {
          expect(await contradictions(each, scenario, await scenario.build(each.scene))).toEqual(
            [],
          );
        } finally {
          await each.scene.end();
        }
      }
    },
  );

  it.each(certificates.map(([name]) => name))('agree on %s', async (name) => {
    for (const each of places) {
      const { cert = '', key = '', options = {} } = each.built.get(name) ?? {};
      const server = secureEcho({ cert, key, ...options });
      const port = await each.scene.listen(server, 'localhost');
      try {
        expect(await contradictions(each, { name }, at(`wss://localhost:${port}/`))).toEqual([]);
      } finally {
        await each.scene.end();
      }
    }
  });
});
