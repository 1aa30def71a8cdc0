import type { Command } from '../command/command.js';
import { helpRows } from '../command/help.js';
import { doctorRows, readArguments } from './arguments.js';

/** Says why a connection fails. */
export const doctor: Command = {
  name: 'doctor',
  usage: '[url] [options]',
  about: 'say why a ws:// or wss:// connection fails',
  rows: doctorRows,
  positionals: { most: 1 },
  help: {
    text: `Walks the way of a ws:// or wss:// connection and says where it breaks, why,
whom that hits and what to do: of any server, and without a URL of the project
around it. Exit code 0: nothing blocks, 1: something does.`,
    sections: [
      {
        rows: [
          [
            '[url]',
            ['wss://HOST:PORT/PATH, or ws://', '(default: where the settings of the project lead)'],
          ],
        ],
      },
      { rows: helpRows(doctorRows) },
    ],
    end: `Examples
  npx create-fastify-wss doctor
  npx create-fastify-wss doctor wss://example.com/live --origin https://app.test
  npx create-fastify-wss doctor wss://example.com/live --page https://app.test/
  npx create-fastify-wss doctor wss://example.com/live --idle 75`,
  },
  run: async (typed, running) => {
    const { doctor: diagnose } = await import('./doctor.js');
    return diagnose(readArguments(typed), running);
  },
};
