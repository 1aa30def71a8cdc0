import { basename, resolve } from 'node:path';
import { InvalidValue, UserError } from '../core/errors.js';
import type { AnswerValue } from '../options/answers.js';
import type { KnownAnswers, Option } from '../options/options.js';
import { checkPem, checkPemFiles } from '../pair/pem.js';
import { isVacant } from '../disk/compare.js';
import { projectName } from '../project/plan/project-name.js';

/** Checks what no later answer can mend. */
function checkPlace(directory: string): void {
  projectName(basename(directory));
  isVacant(directory);
}

/**
 * Checks a path when it is typed, so that the user can correct it there.
 * @param known the answers so far
 * @throws InvalidValue with what to do
 */
export function checkOnDisk(option: Option, value: AnswerValue, known: KnownAnswers): void {
  try {
    if (option.kind === 'directory') {
      checkPlace(resolve(String(value)));
    } else if (option.name === 'certFile') {
      checkPemFiles({ ...known, certFile: String(value) });
    } else if (option.kind === 'path') {
      checkPem(option.name, String(value));
    }
  } catch (error) {
    if (error instanceof UserError) {
      // The prompt already names the option.
      throw new InvalidValue(error.message.replace(/^(--[a-z-]+|\[directory]): /, ''), error.fix);
    }
    throw error;
  }
}
