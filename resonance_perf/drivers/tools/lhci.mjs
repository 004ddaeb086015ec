// Collects once what a config of Lighthouse CI says, with its own lhci or else the one on PATH, and writes the reports as
// a flow of one step for each page. Arguments: where to write; the config, or nothing where lhci finds it.
import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {delimiter, join, resolve} from 'node:path';

const FOLDER = '.lighthouseci';
const [out, config] = process.argv.slice(2);
const folders = [resolve('node_modules/.bin'), ...process.env.PATH.split(delimiter)];
const program = folders.map(one => join(one, 'lhci')).find(existsSync);

if (!program) {
  console.error('lhci is not installed: npm install --save-dev @lhci/cli');
  process.exit(1);
}
const words = ['collect', '--numberOfRuns=1', ...(config ? [`--config=${config}`] : [])];
const {status} = spawnSync(program, words, {stdio: 'inherit'});
if (status !== 0) process.exit(status ?? 1);
const reports = readdirSync(FOLDER).filter(one => /^lhr-.*\.json$/.test(one)).sort();
const steps = reports.map(one => JSON.parse(readFileSync(join(FOLDER, one), 'utf8'))).map(lhr => {
  const {pathname, search} = new URL(lhr.requestedUrl);
  return {lhr, name: pathname + search};
});
writeFileSync(out, JSON.stringify({steps}));
