import { describeCommand } from './command.js';

describeCommand({ release: 20 });
describeCommand({ release: 22 });
