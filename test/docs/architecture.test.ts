// Enforces the import rules of docs/architecture.md by walking the sources.
import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { exchangeNames } from '../../src/exchanges/index.js';
import { root } from './root.js';

interface Source {
  /** From the root: `src/adapter/machine.ts`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

interface Import {
  /** A path from the root without extension, or the name of a package. */
  readonly target: string;
  readonly isTypeOnly: boolean;
}

const { dependencies } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>;
};
const sources = [...sourcesIn('src/'), ...sourcesIn('workers/')];

/** What each layer may import of the project, beside the base (the files of `src` itself) and its own folder. */
const allowed: Readonly<Record<string, readonly RegExp[]>> = {
  'src/exchanges': [],
  'src/batch': [/^src\/client\/(protocol|counters)$/, /^src\/exchanges\/exchange$/],
  'src/threads': [/^src\/client\/protocol$/],
  'src/telemetry': [],
  'src/recording': [/^src\/exchanges\//],
  'src/client': [/^src\/(threads|batch|exchanges|telemetry|recording)\//],
  'src/adapter': [/^src\/(client|threads|batch|exchanges|telemetry|recording)\//],
  'src/fleet': [/^src\/(adapter|client|exchanges|telemetry|page)\//],
  // The contract of the page is what a fleet tells of itself, and the server that it is a part of.
  'src/page': [/^src\/fleet\/(snapshot|history|server)$/],
  'src/testing': [/^src\/(adapter|client|exchanges|recording)\//, /^workers\//],
  'src/cli': [/./],
  workers: [
    /^src\/batch\/lane$/,
    /^src\/client\/(protocol|counters|endpoint|patience)$/,
    /^src\/exchanges\//,
    /^src\/recording\//,
  ],
};

describe('the import rules', () => {
  it('know every folder', () => {
    const folders = new Set(sources.map(({ path }) => layerOf(path)));
    expect([...folders].sort()).to.deep.equal(['src', ...Object.keys(allowed)].sort());
  });

  for (const [layer, targets] of Object.entries(allowed)) {
    it(`let ${layer} import from below only`, () => {
      const wrong = importsOf((path) => layerOf(path) === layer)
        .filter(({ target }) => isOwn(target))
        .filter(({ target }) => layerOf(target) !== layer && layerOf(target) !== 'src')
        .filter(({ target }) => !targets.some((pattern) => pattern.test(target)));
      expect(wrong.map(inWords)).to.deep.equal([]);
    });
  }

  it('let the base import the base only, but for the list of public names', () => {
    const wrong = importsOf((path) => layerOf(path) === 'src' && path !== 'src/index.ts')
      .filter(({ target }) => isOwn(target) && layerOf(target) !== 'src')
      .filter(({ isTypeOnly }) => !isTypeOnly);
    expect(wrong.map(inWords)).to.deep.equal([]);
  });

  const homes: Readonly<Record<string, RegExp>> = {
    piscina: /^src\/threads\//,
    ws: /^(workers|src\/testing)\//,
    comlink: /^src\/client\/endpoint\.ts$/,
    commander: /^src\/cli\//,
    valibot: /^src\/(client|adapter|fleet|recording)\//,
    pino: /^src\/logger\.ts$/,
    yaml: /^src\/fleet\/config-file\.ts$/,
    // For the types alone: the browser loads it from the server.
    uplot: /^src\/page\/browser\/vendor\/uplot\.d\.ts$/,
    // Signatures that Node's own crypto does not have.
    '@noble/curves': /^src\/exchanges\//,
    '@noble/hashes': /^src\/exchanges\//,
  };

  it('know every package that is imported', () => {
    expect(Object.keys(homes)).to.include.members([...packagesOf(importsOf(() => true))]);
  });

  it('let what is published need nothing but what package.json names', () => {
    const entries = [
      'src/index.ts',
      'src/testing/index.ts',
      'src/testing/faulty-worker.ts',
      'src/cli/main.ts',
    ];
    const reached = entries.flatMap((entry) => reachedFrom(entry));
    const served = reached.flatMap((target) => servedBy(codeOf(target)));
    const needed = packagesOf([...reached, ...served].map((target) => ({ target })));
    expect(Object.keys(dependencies)).to.have.members([...needed]);
  });

  for (const [name, home] of Object.entries(homes)) {
    it(`keep ${name} in its place`, () => {
      const wrong = importsOf((path) => !home.test(path)).filter((one) => packagesOf([one]).has(name));
      expect(wrong.map(inWords)).to.deep.equal([]);
    });
  }

  it('keep what a thread loads free of the packages of the main thread', () => {
    const packages = reachedFrom('workers/client.ts').filter((target) => !isOwn(target));
    const own = packagesOf(packages.map((target) => ({ target })));
    expect([...own].filter((name) => !name.startsWith('@noble/'))).to.have.members(['ws', 'comlink']);
  });

  it('keep what a browser loads free of packages and of what only Node has', () => {
    const reached = reachedFrom('src/page/browser/main.ts');
    expect(reached.filter((target) => !target.startsWith('src/page/browser/'))).to.deep.equal([]);
    expect(reached).to.include('src/page/browser/vendor/uplot');
  });

  it('keep the state machine free of clocks, randomness and I/O', () => {
    const reached = reachedFrom('src/adapter/machine.ts');
    expect(reached.filter((target) => !isOwn(target))).to.deep.equal([]);
    const text = reached.map((target) => codeOf(target)).join('\n');
    expect(text).not.to.match(/\b(Date\.now|new Date\(|performance\.|Math\.random|setTimeout|setInterval)\b/);
  });

  it('keep exchanges pure', () => {
    const wrong = importsOf((path) => layerOf(path) === 'src/exchanges').filter(
      ({ target }) => !isOwn(target) && !/^(node:crypto|@noble\/.*)$/.test(target),
    );
    expect(wrong.map(inWords)).to.deep.equal([]);
    for (const { path, text } of sources.filter(({ path: one }) => layerOf(one) === 'src/exchanges')) {
      expect(withoutComments(text), path).not.to.match(/Date\.now|Math\.random|setTimeout|console\./);
    }
  });

  it('let no venue be named outside of its places, not even in a comment', () => {
    const venues = new RegExp(exchangeNames.join('|'), 'i');
    const wrong = sources
      .filter(({ path }) => !/^src\/(exchanges|testing|cli)\//.test(path))
      // The list of public names has the types of each venue's credentials.
      .filter(({ path }) => path !== 'src/index.ts')
      .filter(({ text }) => venues.test(text));
    expect(wrong.map(({ path }) => path)).to.deep.equal([]);
  });
});

function sourcesIn(folder: string): Source[] {
  return readdirSync(new URL(folder, root), { recursive: true })
    .map((name) => `${folder}${String(name).replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts'))
    .map((path) => {
      const text = readFileSync(new URL(path, root), 'utf8');
      return { path, text, imports: readImports(path, text) };
    });
}

function readImports(path: string, text: string): Import[] {
  const statements = withoutComments(text).matchAll(
    /^(?:import|export)\s+(type\s)?([^;'"]*?)\s*from\s+'([^']+)'/gm,
  );
  const found = [...statements].map(({ 1: type, 2: names = '', 3: specifier = '' }) => {
    const isTypeOnly = type !== undefined || /^\{(\s*type\s[^,]+,?)+\s*\}$/.test(names);
    return { target: resolve(path, specifier), isTypeOnly };
  });
  // Modules that are loaded when they are needed. Optional packages, which are no dependencies, are not looked at.
  const lazy = [...text.matchAll(/import\('([^']+)'\)\)?\.?\w*/g)]
    .map(({ 1: specifier = '' }) => specifier)
    .filter((specifier) => specifier.startsWith('.') || Object.hasOwn(dependencies, specifier));
  return [...found, ...lazy.map((specifier) => ({ target: resolve(path, specifier), isTypeOnly: false }))];
}

function resolve(path: string, specifier: string): string {
  return specifier.startsWith('.')
    ? posix.join(posix.dirname(path), specifier).replace(/\.js$/, '')
    : specifier;
}

function withoutComments(text: string): string {
  return text.replace(/\/\*.*?\*\//gs, '').replace(/^\s*\/\/.*$/gm, '');
}

function importsOf(isMeant: (path: string) => boolean): readonly (Import & { readonly path: string })[] {
  return sources
    .filter(({ path }) => isMeant(path))
    .flatMap(({ path, imports }) => imports.map((one) => ({ ...one, path })));
}

/** `@noble/hashes/sha3.js` -> `@noble/hashes` */
function packagesOf(imports: readonly Pick<Import, 'target'>[]): ReadonlySet<string> {
  const names = imports
    .map(({ target }) => target)
    .filter((target) => !isOwn(target) && !target.startsWith('node:'))
    .map((target) =>
      target
        .split('/')
        .slice(0, target.startsWith('@') ? 2 : 1)
        .join('/'),
    );
  return new Set(names);
}

/** `src/adapter/machine` -> `src/adapter`; files of `src` itself -> `src`. */
function layerOf(path: string): string {
  const [top = '', folder = '', ...rest] = path.split('/');
  return top === 'workers' || rest.length === 0 ? top : `${top}/${folder}`;
}

function isOwn(target: string): boolean {
  return target.startsWith('src/') || target.startsWith('workers/');
}

/** Files of packages that a module hands to browsers: needed by whoever installs this one as much as what is imported. */
function servedBy(code: string): readonly string[] {
  if (!code.includes('createRequire(')) return [];
  return [...code.matchAll(/\bresolve\('([^'./][^']*)'\)/g)].map(([, specifier = '']) => specifier);
}

/** Everything that is loaded at run time with a module, itself included, now or later, as paths without extension. */
function reachedFrom(path: string): readonly string[] {
  const reached = new Set([path.replace(/\.ts$/, '')]);
  for (const target of reached) {
    const source = sources.find((one) => one.path === `${target}.ts`);
    for (const one of source?.imports ?? []) if (!one.isTypeOnly) reached.add(one.target);
  }
  return [...reached];
}

function codeOf(target: string): string {
  return withoutComments(sources.find(({ path }) => path === `${target}.ts`)?.text ?? '');
}

function inWords({ path, target }: Import & { readonly path: string }): string {
  return `${path} imports ${target}`;
}
