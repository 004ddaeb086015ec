// Runs browsertime of the repository, or else the one on PATH, with the arguments that it is given. Chromium has no
// sandbox only where we are root, whom it gives none; the chromedriver on PATH is used unless another one is named.
import {spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {delimiter, join, resolve} from 'node:path';

const found = (name, folders) => folders.map(one => join(one, name)).find(existsSync);
const onPath = process.env.PATH.split(delimiter);
const program = found('browsertime', [resolve('node_modules/.bin'), ...onPath]);
const words = process.argv.slice(2);
const driver = found('chromedriver', onPath);

if (!program) {
  console.error('browsertime is not installed: npm install --save-dev browsertime');
  process.exit(1);
}
if (process.getuid?.() === 0) words.push('--chrome.args', 'no-sandbox');
if (driver && !words.includes('--chrome.chromedriverPath')) words.push('--chrome.chromedriverPath', driver);
spawn(program, words, {stdio: 'inherit'}).on('exit', code => process.exit(code ?? 1));
