import type { Command } from '../command/command.js';
import { helpRows } from '../command/help.js';
import { doctorRows, readArguments, secretsTyped } from './arguments.js';

/** Says why a connection fails. */
export const doctor: Command = {
  name: 'doctor',
  usage: '[url] [options]',
  about: 'explain why a ws:// or wss:// connection fails',
  rows: doctorRows,
  positionals: { most: 1 },
  secrets: secretsTyped,
  help: {
    text: `Checks a ws:// or wss:// connection step by step: where it fails, why, which clients are affected, and how to fix it. Without a URL, checks the project in this folder. Exit code 0: no problem blocks the connection, 1: one does.`,
    examples: [
      'npx create-fastify-wss doctor',
      'npx create-fastify-wss doctor wss://example.com/live --origin https://app.test',
      'npx create-fastify-wss doctor wss://example.com/live --page https://app.test/',
      'npx create-fastify-wss doctor wss://example.com/live --idle 75',
    ],
    sections: [
      {
        rows: [
          [
            '[url]',
            'wss://HOST:PORT/PATH, or ws://',
            'default: the URL in the settings of the project',
          ],
        ],
      },
      { rows: helpRows(doctorRows) },
    ],
  },
  run: async (typed, running) => {
    const { doctor: diagnose } = await import('./doctor.js');
    return diagnose(readArguments(typed), running);
  },
};
