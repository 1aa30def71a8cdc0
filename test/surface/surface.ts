import { certs } from '../../src/certs/command.js';
import type { Command, Row } from '../../src/command/command.js';
import { flagText } from '../../src/command/help.js';
import { errorCodes, signalExitCodes } from '../../src/core/errors.js';
import { create } from '../../src/create/command.js';
import { doctor } from '../../src/doctor/command.js';
import { meanings } from '../../src/doctor/rules/rules.js';
import { options } from '../../src/options/options.js';
import { answersSchema } from '../../src/options/schema.js';
import { update } from '../../src/update/command.js';
import { documents } from '../support/report-schema.js';
import { schemaItems } from './schema-items.js';

/** What is stable: groups of names, each with its form. A name without a form only has to exist. */
export type Surface = Record<string, Record<string, string>>;

const commands: Command[] = [create, certs, doctor, update];

/** The values of a choice are items of their own, since another one is an addition. */
function flagItems(row: Row, command: string): [string, string][] {
  const [name = '', ...others] = flagText(row).split(', ');
  const [flag = '', value = ''] = name.split(/ (.*)/);
  const choices = /^[\da-z-]+(\|[\da-z-]+)+$/.test(value) ? value.split('|') : [];
  const form = [choices.length > 0 ? 'choice' : value, ...others];
  return [
    [`${command} ${flag}`, form.filter((part) => part !== '').join(', ')],
    ...choices.map((choice): [string, string] => [`${command} ${flag} ${choice}`, '']),
  ];
}

function flagsOf({ name, rows }: Command): [string, string][] {
  return rows.flatMap((row) => flagItems(row, name === '' ? 'create' : name));
}

function namesOnly(names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, '']));
}

function recordItems(): [string, string][] {
  const kept = options.filter(({ recorded }) => recorded);
  const answers = kept.map(({ name, kind }): [string, string] => [`answers.${name}`, kind]);
  return [['version', 'string'], ['name', 'string'], ...answers];
}

/** The codes of errors and verdicts have groups of their own. */
const ofAnotherGroup = /(code|alternatives\[\]) = /;

function documentItems(): [string, string][] {
  const items = Object.entries(documents).flatMap(([command, schema]) =>
    schemaItems(schema).map(([path, form]): [string, string] => [`${command} ${path}`, form]),
  );
  return items.filter(([name]) => !ofAnotherGroup.test(name));
}

/** What the exit codes mean: README.md says the same in more words. */
const exitCodes: Record<string, string> = {
  0: 'done',
  1: 'failed, or found a problem',
  2: 'the input is missing or wrong',
};

/** @returns what this version promises to programs */
export function surface(): Surface {
  const signals = Object.entries(signalExitCodes).map(([name, code]) => [code, name]);
  return {
    flags: Object.fromEntries(commands.flatMap(flagsOf)),
    answers: Object.fromEntries(schemaItems(answersSchema())),
    record: Object.fromEntries(recordItems()),
    json: Object.fromEntries(documentItems()),
    'exit codes': { ...exitCodes, ...Object.fromEntries(signals) },
    'error codes': namesOnly(Object.keys(errorCodes)),
    'doctor codes': namesOnly(Object.keys(meanings)),
  };
}
