import { expect, it } from 'vitest';
import { refuseLostFlags } from '../../../src/command/npm-trap.js';
import { doctor } from '../../../src/doctor/command.js';

/** What npm leaves of a command that it ran, with the flags that it took. */
function environment(kept: Record<string, string>): Record<string, string> {
  return {
    npm_command: 'init',
    npm_config_user_agent: 'npm/10.9.0 node/v20.19.0 linux x64',
    npm_lifecycle_script: 'create-fastify-wss',
    ...kept,
  };
}

const url = 'wss://localhost:3000/live';
const cases: [string[], Record<string, string>, string][] = [
  [
    ['doctor', url],
    { npm_config_origin: 'https://app.example' },
    `doctor ${url} -- --origin https://app.example`,
  ],
  [['doctor', url, '75'], { npm_config_idle: 'true' }, `doctor ${url} -- --idle 75`],
  [
    ['doctor'],
    { npm_config_page: 'https://app.example/' },
    'doctor -- --page https://app.example/',
  ],
];

it.each(cases)('%j with %j is corrected', (argv, kept, command) => {
  expect(() => refuseLostFlags(doctor, argv.slice(1), environment(kept))).toThrow(
    expect.objectContaining({ code: 'lost-flag', fix: expect.stringContaining(command) }),
  );
});

it.each([
  ['init', 'npx create-fastify-wss@latest doctor --idle 75'],
  ['create', 'npx create-fastify-wss@latest doctor --idle 75'],
  ['start', 'npm start -- doctor --idle 75'],
])('is corrected without -- on Windows, where PowerShell removes it: npm %s', (name, command) => {
  const env = environment({
    npm_config_idle: '75',
    npm_command: name,
    npm_config_user_agent: 'npm/10.9.0 node/v20.19.0 win32 x64 workspaces/false',
  });
  expect(() => refuseLostFlags(doctor, [], env)).toThrow(
    expect.objectContaining({ fix: expect.stringContaining(command) }),
  );
});

it('ignores what reached it, and npm’s own settings', () => {
  const run = (): void =>
    refuseLostFlags(doctor, [url, '--idle', '5'], environment({ npm_config_json: 'true' }));
  expect(run).not.toThrow();
});
