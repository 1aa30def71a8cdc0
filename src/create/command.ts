import type { Command } from '../command/command.js';
import { explained, helpRows } from '../command/help.js';
import { printJson } from '../io/ui.js';
import { optionNamed } from '../options/options.js';
import { noteOf, optionRows } from '../command/option-rows.js';
import { readArguments } from './arguments.js';
import { controls } from './controls.js';

const directory = optionNamed('directory');

/** Renders a project. */
export const create: Command = {
  name: '',
  usage: '[directory] [options]',
  about: 'render a project',
  rows: [...optionRows, ...controls],
  positionals: { most: 1, sample: 'my-app' },
  help: {
    text: 'Creates a Fastify WebSocket service in which wss:// works from the first minute.',
    sections: [
      {
        title: 'The project',
        rows: [
          ['[directory]', explained(directory.summary, noteOf(directory))],
          ...helpRows(optionRows),
        ],
      },
      { title: 'The run', rows: helpRows(controls) },
    ],
    end: `Without questions
  npm create fastify-wss@latest my-service -- --yes
  npm create fastify-wss@latest my-service -- --yes --cert-source proxy --domain chat.example.com

With "npm create", put -- before the flags, or npm keeps them.`,
  },
  run: async (typed, running) => {
    const wanted = readArguments(typed);
    if (wanted.controls.schema === true) {
      const { answersSchema } = await import('../options/schema.js');
      printJson(answersSchema());
      return 0;
    }
    const { create: render } = await import('./create.js');
    return render(wanted, running);
  },
};
