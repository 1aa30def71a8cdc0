import type { Command, HelpSection } from '../command/command.js';
import { helpRows } from '../command/help.js';
import { printJson } from '../io/ui.js';
import { optionNamed } from '../options/options.js';
import { defaultNote, optionRows, optionSections } from '../command/option-rows.js';
import { readArguments } from './arguments.js';
import { controls } from './controls.js';

const directory = optionNamed('directory');
const place: HelpSection = {
  title: 'The project',
  rows: [['[directory]', directory.summary, defaultNote(directory)]],
};

/** Renders a project. */
export const create: Command = {
  name: '',
  usage: '[directory] [options]',
  about: 'render a project',
  rows: [...optionRows, ...controls],
  positionals: { most: 1, sample: 'my-app' },
  help: {
    text: 'Creates a Fastify WebSocket service in which wss:// works from the first minute.',
    examples: [
      'npm create fastify-wss@latest                     asks, installs and starts',
      'npm create fastify-wss@latest app -- --yes        asks nothing (mind the --)',
      'npx create-fastify-wss@latest app --cert-source proxy --domain example.com',
    ],
    sections: [
      ...optionSections(place, optionRows),
      { title: 'The run', rows: helpRows(controls) },
    ],
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
