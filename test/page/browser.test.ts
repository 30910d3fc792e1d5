// The live page in a real browser: a real fleet under chaos, and two hundred adapters.
import { expect } from 'chai';
import type { Fleet } from '../../src/index.js';
import { BOOK, TRADES } from '../adapter/stage.js';
import { FleetStage, names } from '../fleet/stage.js';
import { waitFor } from '../support/wait-for.js';
import { Browser } from './chromium.js';
import { adapterSnapshot, MadeUpFleet } from './snapshots.js';
import { PageStage } from './stage.js';

describe('the live page in Chromium', function () {
  this.timeout(120_000);
  let browser: Browser;
  const text = (selector: string): Promise<string> => browser.page.locator(selector).innerText();
  /** Also of what the browser does not lay out because it is scrolled away: such elements have no inner text. */
  const whole = async (selector: string): Promise<string> =>
    (await browser.page.locator(selector).textContent()) ?? '';
  const focused = (): Promise<string> =>
    browser.page.evaluate(() => {
      const { document } = globalThis as unknown as { document: BrowserDocument };
      return document.activeElement.dataset['name'] ?? document.activeElement.id;
    });

  describe('of a fleet under chaos', () => {
    let stage: FleetStage;
    let fleet: Fleet;

    before(async function () {
      browser = await Browser.open(this);
      stage = await FleetStage.open();
      fleet = stage.fleet(
        names(6),
        {
          topics: [TRADES, BOOK],
          cancelOnDisconnect: true,
          onReconcile: () => undefined,
          onResume: () => undefined,
        },
        { name: 'six bots' },
      );
      const { url } = await fleet.serve({ control: true });
      await browser.page.goto(url);
      await fleet.start();
    });
    after(async () => {
      await browser?.close();
      await stage?.close();
    });

    it('shows every adapter at READY, and the fleet as a whole', async () => {
      await waitFor(async () => (await text('#totals')).includes('6 of 6'), 'six adapters that are READY');
      await waitFor(
        async () => (await browser.page.locator('#rows .state[data-tone=good]').count()) === 6,
        'six rows that are READY',
      );
      expect(await text('#fleet-name')).to.equal('six bots');
      expect(await text('#link')).to.equal('live');
      expect(await browser.page.title()).to.equal('6/6 READY · six bots');
    });

    it('shows deaths as they happen: states in words, reasons, and each step of the restore', async () => {
      const seen = new Set<string>();
      let turn = 0;
      const isEnough = async (): Promise<boolean> => {
        for (const state of await browser.page.locator('#rows .state').allInnerTexts()) seen.add(state);
        const restored = await browser.page.locator('#timeline .outage[data-end=restored]').count();
        return seen.size >= 3 && restored >= 12;
      };
      await waitFor(
        async () => {
          const name = `a${1 + (turn % 6)}`;
          if (fleet.get(name)?.state === 'ready') {
            if (turn % 3 === 0) fleet.get(name)?.terminate();
            else stage.venue.inject({ kind: 'close', code: 1001, reason: 'going away' });
            turn += 1;
          }
          return isEnough();
        },
        'deaths and restores on the page',
        60_000,
      );
      expect([...seen]).to.include('READY');
      await waitFor(() => fleet.state === 'ready', 'every adapter to be back', 30_000);
      const death = browser.page.locator('#timeline .outage[data-kind=death][data-end=restored]').first();
      const words = (await death.textContent()) ?? '';
      expect(words).to.match(/died: (terminated|socket-closed|venue-closed|server-[a-z]+|[a-z-]+)/);
      expect(words).to.match(/READY, down \d/);
      const steps = await death.locator('.steps .step').allTextContents();
      expect(steps).to.include.members(['connect', 'login', 'safety', 'subscribe', 'reconcile', 'resume']);
      for (const ms of await death.locator('.steps .ms').allTextContents())
        expect(ms).to.match(/^\d.*(s|ms|µs)$|^0$/);
      expect(await whole('#log'))
        .to.contain('ended:')
        .and.to.contain('is READY after');
    });

    it('draws the charts', async () => {
      expect(await browser.page.locator('#charts canvas').count()).to.equal(3);
      await waitFor(async () => /Events\/s\s+[\d,.]+/.test(await text('#charts')), 'a figure at a chart');
    });

    it('is used with the keyboard alone', async () => {
      const { page } = browser;
      await page.keyboard.press('/');
      expect(await focused()).to.equal('filter');
      await page.keyboard.type('a3');
      expect(await page.locator('#rows tr').count()).to.equal(1);
      expect(await text('#adapters-count')).to.equal('1 of 6');
      await page.keyboard.press('Escape');
      expect(await page.locator('#rows tr').count()).to.equal(6);

      await page.keyboard.press('Home');
      expect(await focused()).to.equal('a1');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowUp');
      expect(await focused()).to.equal('a2');
      await page.keyboard.press('Enter');
      expect(await page.locator('#rows tr[aria-selected=true]').getAttribute('data-name')).to.equal('a2');
      expect(await text('#subject')).to.equal('a2');
      expect(await page.locator('#log-adapter').inputValue()).to.equal('a2');
      expect(new Set(await page.locator('#log .who').allTextContents())).to.deep.equal(new Set(['a2']));
      await page.keyboard.press('End');
      expect(await focused()).to.equal('a6');
      await page.keyboard.press('Escape');
      expect(await text('#subject')).to.equal('All adapters');

      const heading = page.locator('th[data-column=exits]');
      await heading.locator('button').focus();
      await page.keyboard.press('Enter');
      expect(await heading.getAttribute('aria-sort')).to.equal('descending');
      await page.keyboard.press('Enter');
      expect(await heading.getAttribute('aria-sort')).to.equal('ascending');
      await page.locator('th[data-column=name] button').press('Enter');
      expect(await page.locator('th[aria-sort=ascending]').getAttribute('data-column')).to.equal('name');
    });

    it('filters the log by level', async () => {
      await browser.page.locator('#log-level').selectOption('warn');
      const levels = new Set(await browser.page.locator('#log .level').allTextContents());
      expect([...levels]).to.deep.equal(['warn']);
      await browser.page.locator('#log-level').selectOption('info');
    });

    it('asks before it acts, and then acts on that adapter alone', async () => {
      const { page } = browser;
      const epochs = (): readonly number[] => fleet.list().map(({ epoch }) => epoch);
      const before = epochs();
      await page.locator('#rows tr[data-name=a4]').click();
      await page.getByRole('button', { name: 'Rotate' }).click();
      expect(await text('#confirm-title')).to.equal('Rotate a4?');
      expect(await focused()).to.equal('confirm-no');
      await page.keyboard.press('Escape');
      expect(await page.locator('#confirm').isVisible()).to.equal(false);
      expect(epochs()).to.deep.equal(before);

      await page.getByRole('button', { name: 'Rotate' }).click();
      await page.locator('#confirm-yes').click();
      await waitFor(
        async () => (await text('#notice')).includes('a4: its connection was replaced'),
        'the notice',
      );
      expect(epochs()).to.deep.equal(before.map((epoch, index) => (index === 3 ? epoch + 1 : epoch)));

      const [old] = fleet.list().filter(({ name }) => name === 'a4');
      await page.getByRole('button', { name: 'Reconnect' }).click();
      await page.locator('#confirm-yes').click();
      await waitFor(
        () => (fleet.list().find(({ name }) => name === 'a4')?.epoch ?? 0) > old!.epoch,
        'a new connection',
      );
      await waitFor(() => fleet.get('a4')?.state === 'ready', 'it to be READY');

      await page.getByRole('button', { name: 'Stop' }).click();
      await page.locator('#confirm-yes').click();
      await waitFor(async () => (await page.locator('#rows tr').count()) === 5, 'the row to be gone');
      expect(await text('#subject')).to.equal('All adapters');
      expect([...fleet.adapters.keys()]).not.to.include('a4');
    });

    it('keeps a picture of it, wide, dark and narrow, without anything beside the window', async () => {
      const { page } = browser;
      await waitFor(async () => {
        const ready = [...fleet.adapters.values()].filter(({ state }) => state === 'ready');
        if (ready.length > 3) ready[0]?.terminate();
        return (await page.locator('#rows .state:not([data-tone=good])').count()) > 0;
      }, 'a death to be seen');
      await browser.keep('page.png');
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.locator('#rows tr[data-name=a1]').click();
      await browser.keep('page-dark.png');
      for (const width of [1024, 700, 400]) {
        await page.setViewportSize({ width, height: 900 });
        expect(await page.evaluate(widthOfAll), `${width} pixels`).to.be.at.most(width);
      }
      await browser.keep('page-narrow.png', true);
    });

    it('says when it is cut off, and has told nothing wrong on its console', async () => {
      expect(browser.problems).to.deep.equal([]);
      await fleet.stop();
      await waitFor(async () => (await text('#link')).startsWith('no connection'), 'the page to notice');
    });
  });

  describe('of two hundred adapters', () => {
    let stage: PageStage;
    const evil = '<img src=x onerror="document.title=1">';

    before(async function () {
      browser = await Browser.open(this);
      stage = await PageStage.open(new MadeUpFleet(names(200)), {}, { tickMs: 500 });
      await browser.page.goto(stage.server.url);
      await waitFor(async () => (await browser.page.locator('#rows tr').count()) === 200, 'two hundred rows');
    });
    after(async () => {
      await browser?.close();
      await stage?.close();
    });

    it('changes rows in place, all of them at once', async () => {
      await browser.page.evaluate(markRows);
      for (const name of names(200)) stage.fleet.change(name, { eventsPerSecond: 4321, state: 'waiting' });
      await waitFor(
        async () => (await browser.page.locator('#rows .state[data-tone=wait]').count()) === 200,
        'every row to have changed',
      );
      expect(await text('#rows tr[data-name=a200]'))
        .to.contain('4,321')
        .and.to.contain('waiting');
      expect(await browser.page.evaluate(countMarked)).to.equal(200);
    });

    it('keeps the focus where it is while rows move', async () => {
      const { page } = browser;
      await page.locator('th[data-column=gaps] button').click();
      await page.locator('#rows tr[data-name=a100]').focus();
      stage.fleet.change('a100', { gaps: 50 });
      stage.fleet.change('a7', { gaps: 60 });
      await waitFor(
        async () => (await page.locator('#rows tr').nth(1).getAttribute('data-name')) === 'a100',
        'the rows to be in their new order',
      );
      expect(await focused()).to.equal('a100');
      await page.keyboard.press('ArrowUp');
      expect(await focused()).to.equal('a7');
    });

    it('answers the keyboard at once while everything changes', async () => {
      const { page } = browser;
      for (let turn = 0; turn < 5; turn += 1) {
        for (const name of names(200)) {
          stage.fleet.change(name, { eventsPerSecond: turn, exits: turn, exitReasons: { crash: turn } });
          stage.fleet.happen({ kind: 'exit', adapter: name, epoch: turn, reason: 'crash', message: 'died' });
        }
        await page.keyboard.press('/');
        await page.keyboard.type(`a${turn + 11}`);
        expect(await page.locator('#rows tr').first().getAttribute('data-name')).to.contain(`a${turn + 11}`);
        await page.keyboard.press('Escape');
      }
      await waitFor(async () => (await text('#log-count')).startsWith('400 lines'), 'the log');
      expect(await page.locator('#log li').count()).to.equal(400);
      expect(await page.locator('#timeline li.outage').count()).to.equal(60);
      await browser.keep('page-200.png');
    });

    it('takes every name and word for text', async () => {
      const { page } = browser;
      const lastExit = { code: 'crash', reason: evil, exitCode: 70, epoch: 1, atMs: Date.now() } as const;
      stage.fleet.change(evil, adapterSnapshot(evil, { exchange: evil, lastExit, exits: 1 }));
      stage.fleet.happen({ kind: 'exit', adapter: evil, epoch: 1, reason: evil, message: evil });
      await page.locator('#filter').fill('onerror');
      await waitFor(async () => (await page.locator('#rows tr').count()) === 1, 'the row');
      await page.locator('#rows tr').click();
      expect(await text('#subject')).to.equal(evil);
      expect(await text('#facts')).to.contain(evil);
      await waitFor(async () => (await text('#timeline')).includes(evil), 'the entry of the timeline');
      expect(await page.locator('main img').count()).to.equal(0);
    });

    it('has told nothing wrong on its console', () => {
      expect(browser.problems).to.deep.equal([]);
    });
  });
});

/** As much of a document as is asked for here: the tests are compiled without the types of browsers. */
interface BrowserDocument {
  readonly activeElement: { readonly id: string; readonly dataset: Readonly<Record<string, string>> };
  readonly documentElement: { readonly scrollWidth: number };
  querySelectorAll(selector: string): Iterable<{ isMarked?: boolean }>;
}

function widthOfAll(): number {
  return (globalThis as unknown as { document: BrowserDocument }).document.documentElement.scrollWidth;
}

function markRows(): void {
  const { document } = globalThis as unknown as { document: BrowserDocument };
  for (const row of document.querySelectorAll('#rows tr')) row.isMarked = true;
}

function countMarked(): number {
  const { document } = globalThis as unknown as { document: BrowserDocument };
  return [...document.querySelectorAll('#rows tr')].filter(({ isMarked }) => isMarked === true).length;
}
