// `./vendor/uplot.js` is what the server hands out of the package `uplot`: the browser resolves no package names.
export { default } from 'uplot';
