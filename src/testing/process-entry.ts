// The child process of a simulated exchange: carries out what the parent asks, and ends when the parent is gone.
import type { SimulatedExchange } from './kit/simulated-exchange.js';
import type { ProcessAnswers, ProcessCommand, ProcessReply, ProcessRequest } from './process-messages.js';
import { type SimulatorName, startSimulator } from './simulators.js';

let exchange: SimulatedExchange | undefined;

// The parent says when to stop; a Ctrl-C on the terminal reaches both.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit(0));
process.on('message', (message) => {
  const { id, command } = message as ProcessRequest;
  carryOut(command).then(
    (value) => reply({ id, value }),
    (error: unknown) => reply({ id, error: error instanceof Error ? error.message : String(error) }),
  );
});

function reply(answer: ProcessReply): void {
  if (process.connected) process.send?.(answer);
}

async function carryOut(command: ProcessCommand): Promise<ProcessAnswers[ProcessCommand['kind']]> {
  if (command.kind === 'start') return start(command.exchange, command.options);
  if (exchange === undefined) throw new TypeError(`${command.kind}: the exchange was not started`);
  switch (command.kind) {
    case 'inject':
      exchange.inject(command.fault);
      return null;
    case 'stats':
      return exchange.stats();
    case 'journal':
      return exchange.journal.entries(command.afterIndex);
    case 'orders':
      return exchange.orders(command.account);
    case 'flood':
      exchange.flood(command.options);
      return null;
    case 'stop-flood':
      exchange.stopFlood();
      return null;
    case 'close':
      await exchange.close();
      return null;
  }
}

async function start(name: string, options: object): Promise<ProcessAnswers['start']> {
  exchange = await startSimulator(name as SimulatorName, options);
  return { url: exchange.url, port: exchange.port };
}
