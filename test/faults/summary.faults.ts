// Prints the table when everything has run.
import { report } from './report.js';

after(() => {
  process.stdout.write(report.text);
});
