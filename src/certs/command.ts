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
  about: 'issue or renew the development certificate of a project',
  rows: certsRows,
  positionals: { most: Number.POSITIVE_INFINITY },
  help: {
    text: `Issues or renews a development certificate, ${pairPaths.keyFile} and ${pairPaths.certFile}, and says which clients
of this machine trust it. mkcert signs it where it is installed, else we do, with the same CA.`,
    sections: [
      {
        rows: [
          [
            '[hosts...]',
            [
              'names and addresses on the certificate',
              `(default: those of the project, else ${String(usual)})`,
            ],
          ],
        ],
      },
      { rows: helpRows(certsRows) },
    ],
    end: `Examples
  npx create-fastify-wss certs
  npx create-fastify-wss certs app.test '*.app.test' 192.168.1.20 --install`,
  },
  run: async (typed, running) => {
    const { certs: issue } = await import('./certs.js');
    return issue(readArguments(typed), running);
  },
};
