// A process that takes one core, for as long as its parent lives.
import { childArgument } from '../kit/child.js';

childArgument();
const turn = (): void => {
  const end = performance.now() + 50;
  while (performance.now() < end);
  setImmediate(turn);
};
turn();
