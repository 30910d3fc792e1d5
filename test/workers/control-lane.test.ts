import { expect } from 'chai';
import { Counters } from '../../src/client/counters.js';
import type { ControlMessage } from '../../src/client/protocol.js';
import { ControlLane } from '../../workers/control-lane.js';

class Lane {
  readonly counters = new Counters();
  readonly posted: (readonly ControlMessage[])[] = [];
  overflows = 0;
  readonly lane: ControlLane;

  constructor(maxEntries: number, maxBytes: number) {
    this.lane = new ControlLane({
      bounds: { maxEntries, maxBytes },
      counters: this.counters,
      post: (messages) => void this.posted.push(messages),
      overflowed: () => {
        this.overflows += 1;
      },
    });
  }

  tell(count: number, bytes: number): void {
    for (let number = 0; number < count; number += 1)
      this.lane.add({ kind: 'confirmed', topic: String(number) }, bytes);
    this.lane.flush();
  }

  log(): void {
    this.lane.log({ kind: 'log', level: 30, message: 'hello', fields: {} });
  }
}

describe('the control lane', () => {
  it('sends what one read brought as one call, in order', () => {
    const lane = new Lane(100, 1000);
    lane.tell(3, 1);
    lane.lane.flush();
    expect(lane.posted).to.have.length(1);
    expect(lane.posted[0]).to.deep.equal(['0', '1', '2'].map((topic) => ({ kind: 'confirmed', topic })));
  });

  it('is full by what the main thread is not done with, in entries and in bytes', () => {
    for (const [entries, bytes] of [
      [4, 1000],
      [1000, 40],
    ] as const) {
      const lane = new Lane(entries, bytes);
      lane.tell(2, 10);
      lane.tell(2, 10);
      expect(lane.overflows).to.equal(0);
      lane.counters.addControlRead();
      lane.tell(2, 10);
      expect(lane.overflows).to.equal(0);
      lane.tell(1, 10);
      expect(lane.overflows).to.equal(1);
    }
  });

  it('drops log lines that nobody reads, and says how many', () => {
    const lane = new Lane(10, 10);
    for (let number = 0; number < 250; number += 1) lane.log();
    expect(lane.posted).to.have.length(200);
    lane.counters.addControlRead();
    lane.log();
    expect(lane.posted.at(-1)).to.deep.equal([
      { kind: 'log', level: 30, message: 'hello', fields: { droppedLogs: 50 } },
    ]);
  });
});
