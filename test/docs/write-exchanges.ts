// Writes docs/exchanges.md: `npm run docs:exchanges`.
import { writeFileSync } from 'node:fs';
import { exchangesPage } from '../../src/testing/exchange-table.js';
import { root } from './root.js';

writeFileSync(new URL('docs/exchanges.md', root), await exchangesPage());
