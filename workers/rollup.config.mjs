// The build step that makes one CommonJS file of everything a thread loads at its start, and one per exchange, loaded when it is needed.
// A thread that loads forty ES modules pays for forty files and an ESM loader of its own; a hundred threads pay a hundred times.
// Runs after tsc, on what tsc wrote; the unbundled worker stays beside it, for tests and for workers that wrap it.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);

/** Packages that have to stay what the application installed: `ws` is found by whoever patches it, Comlink's marks are per copy. */
const external = [/^node:/, 'ws', 'comlink', 'https-proxy-agent', 'socks-proxy-agent'];

/** Maps lead through tsc's own to the TypeScript sources; other packages are ES modules that only few threads load. */
const compiled = {
  name: 'compiled',
  resolveId(source) {
    return source.startsWith('@noble/') ? fileURLToPath(import.meta.resolve(source)) : null;
  },
  load(id) {
    if (!id.startsWith(fileURLToPath(new URL('dist/', root)))) return null;
    return { code: readFileSync(id, 'utf8'), map: readFileSync(`${id}.map`, 'utf8') };
  },
};

export default {
  input: { client: fileURLToPath(new URL('dist/workers/client.js', root)) },
  external,
  plugins: [compiled],
  output: {
    dir: fileURLToPath(new URL('dist/workers/bundle/', root)),
    format: 'cjs',
    exports: 'named',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name].cjs',
    sourcemap: true,
    // A module of the user's own, by its URL, may be an ES module.
    dynamicImportInCjs: true,
  },
};
