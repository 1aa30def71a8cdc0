import { describeWith } from '../../support/needs.js';
import { describeCommand } from '../../windows/command.js';

describeWith(['wine'], 'the program', () => describeCommand({ release: 22, brief: true }));
