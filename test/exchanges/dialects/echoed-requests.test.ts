// Answers that repeat the request they belong to.
import { expect } from 'chai';
import { echoedRequests } from '../../../src/exchanges/dialects/echoed-requests.js';
import type { JsonObject } from '../../../src/exchanges/dialects/json-rpc.js';
import { recordingSink } from '../../support/recording-sink.js';
import { requestContext } from '../../support/request-context.js';

const requests = echoedRequests({
  data: 'a lamp',
  isThere: /^Burns already/,
  revoked: /^The fuse of (\S+) is gone$/,
  results: { timer: ({ until }) => (until === undefined ? 'a timer without end' : { until }) },
});

/** What a frame tells the sink and the keeper of topics, and what is wrong with it. */
function read(message: JsonObject) {
  const sink = recordingSink();
  const kept: string[] = [];
  const keeper = {
    subscribed: (topic: string) => void kept.push(`+${topic}`),
    unsubscribed: (topic: string) => void kept.push(`-${topic}`),
  };
  const problem = requests.readAnswer(message, keeper, sink);
  return { problem, kept, calls: sink.calls };
}

const good = (op: unknown, args?: unknown) => read({ success: true, request: { op, args } });
const bad = (text: string, request?: JsonObject) => read({ status: 400, error: text, request });

describe('echoed requests', () => {
  it('are called by name, topics one by one', () => {
    expect(requests.call('dim', [5])).to.deep.equal({ id: 'dim', frame: '{"op":"dim","args":[5]}' });
    const calls = requests.topicCalls('subscribe', ['hall', 'attic'], requestContext());
    expect(calls.map(({ id }) => id)).to.deep.equal([1, 2]);
    expect(calls.map(({ frame }) => frame)).to.deep.equal([
      '{"op":"subscribe","args":["hall"]}',
      '{"op":"subscribe","args":["attic"]}',
    ]);
    expect(requests.topicCalls('unsubscribe', ['hall'], requestContext())).to.deep.equal([
      { id: 'unsubscribe hall', frame: '{"op":"unsubscribe","args":["hall"]}', topics: ['hall'] },
    ]);
  });

  it('confirm and release topics, and tell their keeper', () => {
    const there = { problem: undefined, kept: ['+hall'], calls: [['confirmed', 'hall']] };
    expect(good('subscribe', ['hall'])).to.deep.equal(there);
    expect(good('subscribe', 'hall')).to.deep.equal(there);
    expect(good('unsubscribe', ['hall'])).to.deep.equal({
      problem: undefined,
      kept: ['-hall'],
      calls: [['reply', 'unsubscribe hall', true]],
    });
  });

  it('answer any other call by its name, and pass nothing on of what was sent', () => {
    expect(good('unlock', ['my secret']).calls).to.deep.equal([['reply', 'unlock', true]]);
    expect(good('constructor', ['x']).calls).to.deep.equal([['reply', 'constructor', true]]);
    expect(bad('Wrong', { op: 'unlock', args: ['my secret'] }).calls).to.deep.equal([
      ['refusal', 'unlock', { code: '400', message: 'Wrong' }],
    ]);
  });

  it('have results where their answers say more', () => {
    const request = { op: 'timer', args: 5 };
    expect(read({ until: 17, now: 12, request }).calls).to.deep.equal([['reply', 'timer', { until: 17 }]]);
    expect(read({ success: true, request })).to.deep.equal({
      problem: 'a timer without end',
      kept: [],
      calls: [],
    });
    expect(bad('Too long', request).calls[0]?.slice(0, 2)).to.deep.equal(['refusal', 'timer']);
  });

  it('are refused by what their errors repeat', () => {
    const error = { code: '400', message: 'No such lamp' };
    const refused = (op: string, args: unknown) => bad(error.message, { op, args }).calls;
    expect(refused('subscribe', ['moon'])).to.deep.equal([['refused', 'moon', error]]);
    expect(refused('unsubscribe', ['moon'])).to.deep.equal([['refusal', 'unsubscribe moon', error]]);
    for (const args of [[], undefined, [5], {}])
      expect(refused('subscribe', args)).to.deep.equal([['refusal', undefined, error]]);
  });

  it('confirm a topic that is there already, and tell its keeper', () => {
    const again = (args: unknown) => bad('Burns already: hall', { op: 'subscribe', args });
    expect(again(['hall'])).to.deep.equal({
      problem: undefined,
      kept: ['+hall'],
      calls: [['confirmed', 'hall']],
    });
    expect(again([]).calls[0]?.slice(0, 2)).to.deep.equal(['refusal', undefined]);
  });

  it('may be missing from an error, which then is of a topic in its words or of nobody knows what', () => {
    const gone = 'The fuse of hall is gone';
    expect(bad(gone).calls).to.deep.equal([['revoked', 'hall', { code: '400', message: gone }]]);
    expect(read({ error: 'Dark' }).calls).to.deep.equal([
      ['refusal', undefined, { code: '', message: 'Dark' }],
    ]);
    for (const request of [null, 5, [], {}, { op: 5 }])
      expect(read({ error: 'Dark', request }).calls[0]?.slice(0, 2)).to.deep.equal(['refusal', undefined]);
  });

  it('say what is wrong with frames that answer nothing', () => {
    const silent = (problem: string) => ({ problem, kept: [], calls: [] });
    for (const odd of [{}, { request: null }, { request: { op: 5 } }, { error: 5 }, { success: true }])
      expect(read(odd)).to.deep.equal(silent('neither a lamp nor an answer'));
    for (const success of [false, 'true', undefined])
      expect(read({ success, request: { op: 'subscribe', args: ['hall'] } })).to.deep.equal(
        silent('an answer that is neither success nor error'),
      );
    for (const args of [undefined, [], [5], [null], {}, ''])
      expect(good('subscribe', args)).to.deep.equal(silent('an acknowledgement without topic'));
  });
});
