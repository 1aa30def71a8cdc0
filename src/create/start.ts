import { loopbackAddresses } from '../core/loopback.js';
import { quoteCommand } from '../core/quote.js';
import { listens } from './verify/server.js';
import { run } from '../io/run.js';
import type { Ui } from '../io/ui.js';
import type { Plan } from './plan/plan.js';

interface Starting {
  ui: Ui;
  cancel: AbortSignal;
}

/** Runs a new project in the terminal until it ends or the user stops it. Not if its port is taken. */
export async function startProject(plan: Plan, { ui, cancel }: Starting): Promise<void> {
  const { port } = plan.answers;
  const answers = await Promise.all(loopbackAddresses.map((address) => listens(address, port)));
  if (answers.includes(true)) {
    ui.warn(`Port ${port} is in use, so the project is not started.`);
    ui.print('Stop that program, or set another PORT in .env and update DOMAINS.');
    return;
  }
  const [command = [], proxy] = plan.next;
  const second = proxy === undefined ? '' : `In a second terminal: ${quoteCommand(proxy)}\n`;
  ui.print(`\nStarting it: ${quoteCommand(command)} (Ctrl-C stops it)\n${second}`);
  await run({ command, cwd: plan.directory, output: 'terminal', cancel });
}
