import type { Command } from '../command/command.js';
import { helpRows } from '../command/help.js';
import { optionSections } from '../command/option-rows.js';
import { answerRows, controlRows, readArguments } from './arguments.js';

/** Brings newer templates and other answers to an existing project. */
export const update: Command = {
  name: 'update',
  usage: '[options]',
  about: 'bring newer templates or other answers to a project',
  rows: [...answerRows, ...controlRows],
  positionals: { most: 0 },
  help: {
    text: `Merges the templates of this version into the project in the current folder. Your changes stay. Where both sides changed the same lines, git shows a conflict. Needs a clean git repository.`,
    examples: [
      'npx create-fastify-wss@latest update',
      'npx create-fastify-wss@latest update --redis --no-docker',
    ],
    sections: [
      ...optionSections({ title: 'Answers to change', rows: [] }, answerRows),
      { title: 'The run', rows: helpRows(controlRows) },
    ],
  },
  run: async (typed, running) => {
    const { update: bring } = await import('./update.js');
    return bring(readArguments(typed), running);
  },
};
