// The one place that says what a process may take while its main thread stands still under a flood.

export const CONNECTIONS = 4;
export const TOPICS = ['trades.BTC-PERPETUAL.raw', 'book.BTC-PERPETUAL.raw'];

/** Default bound of the market lane of one connection (`connection.market.maxBytes`). */
const LANE_MB = 64;
/** A batch that is sealed is copied while its writer still holds the rows: twice the lane is the most a thread can hold of it. */
const COPIES = 2;
/** Heap of a thread and of the main thread with its modules, and what the allocator keeps. */
const THREAD_MB = 60;
const PROCESS_MB = 150;

/** RSS in MB that the process never exceeds, whatever the policy. */
export const RSS_BOUND_MB = PROCESS_MB + CONNECTIONS * (LANE_MB * COPIES + THREAD_MB);
