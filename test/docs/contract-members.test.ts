// The guide on building adapters names every member of the contract, so that nobody has to find one by reading the sources.
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { root } from './root.js';

const guide = readFileSync(new URL('docs/building-adapters.md', root), 'utf8');
const named = new Set([...guide.matchAll(/`([^`\n]+)`/g)].flatMap(([, code = '']) => code.split(/[^\w]+/)));

/** Interfaces that whoever writes an exchange fills in, or calls. */
const contract: Readonly<Record<string, readonly string[]>> = {
  'exchange.ts': ['Exchange', 'Venue'],
  'contract/steps.ts': ['Login', 'SafetySwitch', 'ClockCall', 'Heartbeat'],
  'contract/order-calls.ts': ['OrderCalls'],
  'contract/capabilities.ts': ['BookFeed', 'ConnectionLimits', 'AccountRates'],
  'contract/decode-sink.ts': ['DecodeSink'],
  'contract/requests.ts': ['RequestContext', 'InstrumentIds', 'HttpCall'],
};

describe('the guide on building adapters', () => {
  for (const [file, names] of Object.entries(contract)) {
    const source = readFileSync(new URL(`src/exchanges/${file}`, root), 'utf8');
    for (const name of names) {
      it(`names every member of ${name}`, () => {
        const members = membersOf(name, source);
        expect(members).to.not.deep.equal([]);
        expect(members.filter((member) => !named.has(member))).to.deep.equal([]);
      });
    }
  }
});

/** Names at the first level of an interface. */
function membersOf(name: string, source: string): readonly string[] {
  const start = source.search(new RegExp(`export interface ${name}\\b`));
  const body = source.slice(start, source.indexOf('\n}', start));
  return [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[(:]/gm)].map(([, member = '']) => member);
}
