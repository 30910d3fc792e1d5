// The program of a host process: carries out what the tests ask, and ends when they are gone.
import type { HostCommand, HostReply } from './messages.js';
import { HostedStage } from './stage.js';

const stages = new Map<string, HostedStage>();

process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit(0));
process.on('message', ({ id, command }: { id: number; command: HostCommand }) => {
  carryOut(command).then(
    (value) => reply({ id, value: value ?? null }),
    (error: unknown) => reply({ id, error: error instanceof Error ? error.message : String(error) }),
  );
});

function reply(answer: HostReply): void {
  if (process.connected) process.send?.(answer);
}

async function carryOut(command: HostCommand): Promise<unknown> {
  const name = command.stage;
  if (command.kind === 'open') {
    const stage = await HostedStage.open(command.plan, () => reply({ told: name }));
    stages.set(name, stage);
    return stage.ports;
  }
  const stage = stages.get(name);
  if (stage === undefined) throw new TypeError(`there is no stage ${name}`);
  if (command.kind === 'summary') return stage.summary();
  if (command.kind === 'act') return stage.act(command.deeds);
  if (command.kind === 'arm') return stage.arm(command.on, command.deeds);
  stages.delete(name);
  return stage.close();
}
