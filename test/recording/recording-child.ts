// A process that records a plain connection until it is killed, and tells its parent what its recorder has promised so far.
import { Client } from '../../src/index.js';

const [, , url = '', directory = ''] = process.argv;
process.on('disconnect', () => process.exit(0));
const client = await Client.connect(url, { record: { directory, syncMs: 20 } });
setInterval(() => {
  const { recordedFrames, syncedFrames } = client.recording!;
  process.send!({ recordedFrames, syncedFrames });
}, 3);
