// The parts of docs/performance.md that are written by hand.
export const introduction = `A socket in a thread of its own pays when the bot's main thread stays free and the price of the hop stays small. This page says
what both are, side by side with what a bot would use instead: \`ws\` on the main thread, one Comlink call per frame, a Worker that
is started when it is needed. Figures of one machine mean little on another; ratios carry further.`;

export const rerun = `## How to rerun it

    npm run bench -- --output docs/performance/results.json   # all of it, 20 to 30 minutes
    npm run bench -- throughput latency --quick               # some of it, roughly
    npm run bench:report                                      # this page, from docs/performance/results.json
    npm ci --prefix bench/peers && npm run bench:peers        # the peers, into docs/performance/peers.json

Every subject runs in a process of its own, in turns (A B C A B C), several rounds; the value is the median of the rounds (decoders and their
baseline share a process and take turns of milliseconds). Load comes from
processes of its own over loopback, which write frames that were built before. Connecting and warming up are not measured. Two cores are
shared by the subject, its threads and the generator, so anything else that runs on the machine is in the figures: the load average says
how much that was, and so does a fixed piece of work that is timed right before and after each run: where it took a fifth longer than at best, the
run is repeated (\`--patience 0\`: each run counts). Memory and processor figures are read from \`/proc\`, so some rows are empty on other systems than Linux.`;
