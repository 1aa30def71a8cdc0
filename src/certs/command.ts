import type { Command } from '../command/command.js';
import { helpRows } from '../command/help.js';
import { optionNamed } from '../options/options.js';
import { pairPaths } from '../core/paths.js';
import { certsRows, readArguments } from './arguments.js';

const { default: usual } = optionNamed('hosts');

/** Issues or renews a development certificate. */
export const certs: Command = {
  name: 'certs',
  usage: '[hosts...] [options]',
  about: 'issue or renew a development certificate',
  rows: certsRows,
  positionals: { most: Number.POSITIVE_INFINITY },
  help: {
    text: `Issues or renews a development certificate (${pairPaths.keyFile} and ${pairPaths.certFile}), and shows which clients of this machine trust it. Uses mkcert if installed. Otherwise signs the certificate itself, with the same CA.`,
    examples: [
      'npx create-fastify-wss certs',
      "npx create-fastify-wss certs app.test '*.app.test' 192.168.1.20 --install",
    ],
    sections: [
      {
        rows: [
          [
            '[hosts...]',
            'names and addresses on the certificate',
            `default: those of the project, or ${String(usual)}`,
          ],
        ],
      },
      { rows: helpRows(certsRows) },
    ],
  },
  run: async (typed, running) => {
    const { certs: issue } = await import('./certs.js');
    return issue(readArguments(typed), running);
  },
};
