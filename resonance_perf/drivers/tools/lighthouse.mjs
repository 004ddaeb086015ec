// Runs Lighthouse of the repository, or else the one on PATH, once: a navigation, or a flow with steps after it.
// Arguments: a JSON file with url, preset, throttling, flags, browser and steps; where to write the report; a Lighthouse
// config, or nothing. The browser hangs on a pipe and ends with this process, however that ends; it has no sandbox
// only where we are root, whom Chromium gives none.
import {existsSync, readFileSync, realpathSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {delimiter, dirname, join, resolve} from 'node:path';
import {pathToFileURL} from 'node:url';

const [given, out, ownConfig] = process.argv.slice(2);
const settings = JSON.parse(readFileSync(given, 'utf8'));

function lighthouseFile() {
  const onPath = process.env.PATH.split(delimiter).map(folder => join(folder, 'lighthouse')).filter(existsSync);
  for (const place of [resolve('package.json'), ...onPath.map(one => realpathSync(one))]) {
    try {
      return createRequire(place).resolve('lighthouse');
    } catch {}
  }
  throw new Error('lighthouse is not installed: npm install --save-dev lighthouse');
}

const ACTIONS = {
  click: (page, selector) => page.click(selector),
  hover: (page, selector) => page.hover(selector),
  type: (page, selector, text) => page.type(selector, text),
  press: (page, key) => page.keyboard.press(key),
  scroll: (page, pixels) => page.mouse.wheel({deltaY: pixels}),
  'wait-for': (page, selector) => page.waitForSelector(selector, {visible: true}),
  wait: (page, ms) => new Promise(done => setTimeout(done, ms)),
};

const painted = page => page.evaluate(() => new Promise(done => requestAnimationFrame(() => setTimeout(done))));

async function act(page, steps) {
  for (const [verb, words] of steps) {
    try {
      await ACTIONS[verb](page, ...words);
      await painted(page);
    } catch (error) {
      throw new Error(`the step "${[verb, ...words].join(' ')}" failed: ${error.message}`);
    }
  }
}

async function measure({default: lighthouse, startFlow, desktopConfig}, page) {
  const own = ownConfig && (await import(pathToFileURL(resolve(ownConfig)))).default;
  const config = own || (settings.preset === 'desktop' ? desktopConfig : undefined);
  const flags = {
    throttlingMethod: settings.throttling, disableFullPageScreenshot: true, logLevel: 'error',
    ...(own ? {} : {onlyCategories: ['performance'], skipAudits: ['screenshot-thumbnails', 'final-screenshot']}),
  };
  if (!settings.steps.length) return (await lighthouse(settings.url, flags, config, page)).lhr;
  const flow = await startFlow(page, {flags, config});
  await flow.navigate(settings.url, {name: 'navigation'});
  await flow.startTimespan({name: 'timespan'});
  await act(page, settings.steps);
  await flow.endTimespan();
  return flow.createFlowResult();
}

async function main() {
  const file = lighthouseFile();
  const {Launcher} = await import(createRequire(file).resolve('chrome-launcher'));
  const {default: puppeteer} = await import(createRequire(file).resolve('puppeteer-core'));
  const browser = await puppeteer.launch({
    executablePath: settings.browser || Launcher.getFirstInstallation(), pipe: true, defaultViewport: null,
    args: ['--disable-gpu', '--disable-quic', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...settings.flags],
  });
  try {
    const report = await measure(await import(pathToFileURL(file)), await browser.newPage());
    writeFileSync(out, JSON.stringify(report));
  } finally {
    await browser.close();
  }
}

main().catch(error => {
  console.error(error.message);
  process.exitCode = 1;
});
