// The system's Chromium with a fresh profile, and a page in it that writes down everything that goes wrong.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

const executablePath = ['chromium', 'chromium-browser', 'google-chrome']
  .map((name) => `/usr/bin/${name}`)
  .find((path) => existsSync(path));

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Screenshots, for people; git does not keep them. */
const outputFolder = new URL('../../../test-output/', import.meta.url);

export class Browser {
  readonly page: Page;
  /** Messages of the console, errors, requests that failed or were refused. */
  readonly problems: string[] = [];
  readonly #context: BrowserContext;
  readonly #profile: string;

  /** Where there is none the test is skipped, and says so. */
  static async open(test: Mocha.Context): Promise<Browser> {
    if (executablePath === undefined) {
      // It draws the page as its readers see it: nothing else here does.
      if (test.test !== undefined)
        test.test.title += ' (skipped: no Chromium in /usr/bin; .ci/install-tools installs it)';
      test.skip();
    }
    const profile = mkdtempSync(join(tmpdir(), 'bulkhead-page-'));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath,
      args: flags,
      viewport: { width: 1440, height: 900 },
      colorScheme: 'light',
    });
    return new Browser(context, context.pages()[0] ?? (await context.newPage()), profile);
  }

  private constructor(context: BrowserContext, page: Page, profile: string) {
    this.#context = context;
    this.page = page;
    this.#profile = profile;
    page.on('console', (message) => this.problems.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => this.problems.push(String(error)));
    page.on('requestfailed', (request) =>
      this.problems.push(`${request.url()}: ${request.failure()?.errorText}`),
    );
    page.on('response', (response) => {
      if (response.status() >= 400) this.problems.push(`${response.url()}: ${response.status()}`);
    });
  }

  /** Keeps a picture of the page as it is. */
  async keep(name: string, fullPage = false): Promise<void> {
    mkdirSync(outputFolder, { recursive: true });
    await this.page.screenshot({ path: fileURLToPath(new URL(name, outputFolder)), fullPage });
  }

  async close(): Promise<void> {
    await this.#context.close();
    rmSync(this.#profile, { recursive: true, force: true });
  }
}
