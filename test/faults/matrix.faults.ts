// The matrix: every fault at every moment under every load.
import { expect } from 'chai';
import { activeResources, expectNothingLeft, type ResourceCount } from '../support/leaks.js';
import { cellsOf, type Cell, nameOf, senselessCells } from './cell/matrix.js';
import { runCell } from './cell/run-cell.js';
import { sideBySide } from './cell/side-by-side.js';
import { Host } from './host/host.js';
import { only, seed, width } from './options.js';
import { report, type Tried } from './report.js';

describe(`the matrix of faults (repeat with: npm run test:faults -- --seed ${seed})`, () => {
  const cells = cellsOf(seed).filter((cell) => nameOf(cell).includes(only));
  let results: ReadonlyMap<Cell, Promise<Tried>>;
  let resources: ResourceCount;
  let host: Host;

  before(async () => {
    resources = await activeResources();
    host = new Host();
    results = sideBySide(cells, width, (cell) => runCell(cell, host));
  });
  after(async () => {
    await Promise.allSettled(results.values());
    await host.close();
    report.senseless = senselessCells();
    await expectNothingLeft(resources);
  });

  for (const cell of cells) {
    it(`${nameOf(cell)}: nothing lost in silence, nothing twice, every order true`, async () => {
      const result = await results.get(cell)!;
      report.add(result);
      expect(result.problems, `seed ${cell.seed}`).to.deep.equal([]);
    });
  }
});
